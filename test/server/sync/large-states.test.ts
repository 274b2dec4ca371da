import { pino } from 'pino'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { type Client, GameRoom, message } from '../../../server/index.ts'
import { type SchemaType, StateView, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'

const Book = schema({ pages: t.array('string') }, 'Book')

/** Lets whoever likes write into its state. */
class BookRoom extends GameRoom<{ state: SchemaType<typeof Book> }> {
  override clientsMayCreate = true
  override state = new Book()
  override messages = {
    write: message(z.number(), (_client, n) => void this.state.pages.push('x'.repeat(n))),
  }
}

it('[BP12] whole states over the limit are counted, told once a minute, and sent all the same', async () => {
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  await using server = await startTestServer({
    rooms: { book: BookRoom },
    log,
    limits: { maxStateBytes: 5_000 },
  })
  const large = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    return Number(/^fairground_large_states_total\{room="book"\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
  }
  const ann = await server.connect().joinOrCreate('book')
  ann.send('write', 4_000)
  await server.step(1, ann)
  await server.connect().joinOrCreate('book')
  expect(await large()).toBe(0)
  ann.send('write', 4_000)
  await server.step(1, ann)
  for (let n = 1; n <= 3; n++) {
    const reader = await server.connect().joinOrCreate('book')
    expect(reader.state.pages.map(({ length }) => length)).toEqual([4_000, 4_000])
    expect(await large()).toBe(n)
  }
  server.server.setLimits({ maxStateBytes: 10_000 })
  await server.connect().joinOrCreate('book')
  expect(await large()).toBe(3)
  expect(lines.map((line) => JSON.parse(line)).filter(({ bytes }) => bytes > 8_000)).toMatchObject([
    { room: 'book', maxStateBytes: 5_000, msg: 'the state of book is large' },
  ])
})

const Diary = schema({ pages: t.array('string'), secret: t.string().view().default('') }, 'Diary')

/** The same, with something that only who is told of it sees. */
class DiaryRoom extends GameRoom<{ state: SchemaType<typeof Diary> }> {
  override clientsMayCreate = true
  override state = new Diary()
  override messages = {
    write: message(z.number(), (_client, n) => {
      this.state.pages.push('x'.repeat(n))
      this.state.secret = 's'.repeat(n)
    }),
  }
  override onJoin(client: Client) {
    client.view = new StateView()
    client.view.add(this.state)
  }
}

it('rooms whose states and patches differ in size tell each client its own, whichever came before', async () => {
  await using server = await startTestServer({ rooms: { book: BookRoom, diary: DiaryRoom } })
  const sizes = [7, 30_000, 90_000, 400]
  const books = await Promise.all(sizes.map(() => server.connect().create('book')))
  const diaries = await Promise.all(sizes.map(() => server.connect().create('diary')))
  for (const room of [...books, ...diaries]) room.onError(({ code }) => expect.unreachable(code))
  for (let n = 1; n <= 3; n++) {
    for (const [at, size] of sizes.entries()) {
      books[at]!.send('write', size + n)
      diaries[at]!.send('write', size + n)
    }
    await server.step(1, ...books, ...diaries)
    // Twice: a state that has not changed since is not encoded again.
    for (const at of [0, 1, 2, 3, 3, 2, 1, 0]) {
      const told = Array.from({ length: n }, (_, page) => sizes[at]! + page + 1)
      for (const { state } of [books[at]!, await server.connect().joinById('book', books[at]!.id)])
        expect(state.pages.map(({ length }) => length)).toEqual(told)
      for (const { state } of [diaries[at]!, await server.connect().joinById('diary', diaries[at]!.id)]) {
        expect(state.pages.map(({ length }) => length)).toEqual(told)
        expect(state.secret).toBe('s'.repeat(told.at(-1)!))
      }
    }
  }
})

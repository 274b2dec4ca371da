import { pino } from 'pino'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { GameRoom, message } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'

const Book = schema({ pages: t.array('string') }, 'Book')

/** Lets whoever likes write into its state. */
class BookRoom extends GameRoom<{ state: SchemaType<typeof Book> }> {
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

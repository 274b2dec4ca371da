import { Protocol } from '@colyseus/core'
import { expect, it } from 'vitest'
import { wireOf } from '../../../client-sdk/room.ts'
import { GameRoom } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'

// A forged input may delete any field. Colyseus hands it on as undefined: sums become NaN for good, and what the step
// calls on a text throws, in every step and before the players behind it had their turn.

/** Schema's byte for deleting the field of that index. */
const DELETE = 64

const Wish = schema(
  {
    speed: t.float32().default(3),
    turn: t.float32(),
    aim: t.angle().default(0),
    lean: t.quantized({ min: 1, max: 2, bits: 8 }),
    count: t.uint8().default(1),
    name: t.string().default('nobody'),
    note: t.string(),
    fire: t.boolean(),
    score: t.bigint64().default(0n),
    extra: t.uint8().optional(),
  },
  'Wish',
)
type Wish = SchemaType<typeof Wish>
const FIELDS = ['speed', 'turn', 'aim', 'lean', 'count', 'name', 'note', 'fire', 'score', 'extra'] as const

/** Uses its inputs as their types say, without a second look. */
class WishRoom extends GameRoom<{ input: Wish }> {
  override inputs = this.defineInput(Wish, { sanitize: { turn: [-1, 1] } })
  readonly wishes = new Map<string, Record<string, unknown>>()
  sum = 0
  letters = 0

  override onTick() {
    for (const { sessionId } of this.clients) {
      const wish = this.inputs.get(sessionId).next()
      if (!wish) continue
      this.sum += wish.speed + wish.turn + wish.aim + wish.lean + wish.count
      this.letters += wish.name.trim().length + wish.note.length
      this.wishes.set(sessionId, Object.fromEntries(FIELDS.map((name) => [name, wish[name]])))
    }
  }
}
const rooms = { wish: WishRoom }

/** What a room sees of an input in which nothing is set. */
const EMPTY = {
  ...{ speed: 3, turn: 0, aim: 0, lean: 1, count: 1, name: 'nobody', note: '' },
  ...{ fire: false, score: 0n, extra: 0 },
}

it.each(FIELDS.map((name, index) => ({ name, index })))(
  '[IN4] a deleted $name has its default again, and the others get their turn',
  async ({ name, index }) => {
    await using server = await startTestServer({ rooms })
    const [forger, honest] = [
      await server.connect().joinOrCreate('wish'),
      await server.connect().joinOrCreate('wish'),
    ]
    const codes: string[] = []
    honest.onError(({ code }) => codes.push(code))
    const running = server.room('wish', forger)
    wireOf(forger).connection.send(new Uint8Array([Protocol.ROOM_INPUT_RELIABLE, DELETE | index]))
    const input = honest.input()
    input.data.name = 'Ann'
    input.send()
    await server.step(2, forger, honest)
    const optional = name === 'extra' && { extra: undefined }
    expect(running.wishes.get(forger.sessionId)).toEqual({ ...EMPTY, ...optional })
    expect(running.wishes.get(honest.sessionId)).toEqual({ ...EMPTY, name: 'Ann' })
    expect(running.sum).toBe(10)
    expect(running.letters).toBe('nobody'.length + 'Ann'.length)
    expect(codes, 'who leaves a field out has made no mistake').toEqual([])
  },
)

it('[IN4] a field that was set and then deleted has its default again', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('wish')
  const input = room.input()
  Object.assign(input.data, { speed: 7, name: 'Eve', extra: 5 })
  input.send()
  await server.step(1, room)
  const { wishes } = server.room('wish', room)
  expect(wishes.get(room.sessionId)).toMatchObject({ speed: 7, name: 'Eve', extra: 5 })
  const [speed, name, extra] = [FIELDS.indexOf('speed'), FIELDS.indexOf('name'), FIELDS.indexOf('extra')]
  wireOf(room).connection.send(
    new Uint8Array([Protocol.ROOM_INPUT_RELIABLE, DELETE | speed, DELETE | name, DELETE | extra]),
  )
  await server.step(1, room)
  expect(wishes.get(room.sessionId)).toEqual({ ...EMPTY, extra: undefined })
})

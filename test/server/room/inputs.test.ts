import { expect, it } from 'vitest'
import { GameRoom, type TickContext } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'

const Push = schema(
  { x: t.float32().default(0), y: t.float64().default(0), label: t.string().default('') },
  'Push',
)
type Push = SchemaType<typeof Push>

const Field = schema({ x: t.map('number'), steps: t.uint32().default(0) }, 'PushField')
type Field = SchemaType<typeof Field>

/** Everybody has a place on a line and is pushed along it by inputs. */
class PushRoom extends GameRoom<{ state: Field; input: Push }> {
  override state = new Field()
  override inputs = this.defineInput(Push, { sanitize: { x: [-1, 1] } })
  readonly seen: Push[] = []

  override onJoin({ sessionId }: { sessionId: string }) {
    this.state.x.set(sessionId, 0)
  }
  override onTick(_context: TickContext) {
    this.state.steps++
    for (const sessionId of this.state.x.keys()) {
      const input = this.inputs.get(sessionId).next()
      if (!input) continue
      this.seen.push({ x: input.x, y: input.y, label: input.label } as Push)
      this.state.x.set(sessionId, this.state.x.get(sessionId)! + input.x)
    }
  }
}

/** Takes as many as it can get. */
class GreedyRoom extends PushRoom {
  override onTick() {
    for (const sessionId of this.state.x.keys()) {
      for (const input of this.inputs.get(sessionId).drain()) {
        this.state.x.set(sessionId, this.state.x.get(sessionId)! + input.x)
      }
    }
  }
}

const rooms = { push: PushRoom, greedy: GreedyRoom }

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%s in an input becomes 0, its sender is told, and the others play on',
  async (value) => {
    await using server = await startTestServer({ rooms })
    const [cheat, other] = [
      await server.connect().joinOrCreate('push'),
      await server.connect().joinOrCreate('push'),
    ]
    const codes: string[] = []
    cheat.onError(({ code }) => codes.push(code))
    other.onError(({ code }) => codes.push(`other ${code}`))
    const [bad, good] = [cheat.input(), other.input()]
    Object.assign(bad.data, { x: value, y: value })
    bad.send()
    Object.assign(good.data, { x: 0.5 })
    good.send()
    await server.step(2, cheat, other)
    const room = server.room('push', cheat)
    expect(room.seen.find(({ x }) => x !== 0.5)).toMatchObject({ x: 0, y: 0 })
    expect(room.state.x.get(other.sessionId)).toBe(0.5)
    expect(codes).toEqual(['INPUT_INVALID'])
    expect([cheat.status, other.status]).toEqual(['open', 'open'])
  },
)

it('a field beyond its range is brought back into it', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('push')
  const input = room.input()
  for (const x of [50, -50]) {
    input.data.x = x
    input.send()
  }
  await server.step(3, room)
  expect(server.room('push', room).seen.map(({ x }) => x)).toEqual([1, -1])
})

it.each(['push', 'greedy'] as const)(
  'sending faster than the tick moves nobody faster, not even in a room that drains (%s)',
  async (name) => {
    await using server = await startTestServer({ rooms })
    const room = await server.connect().joinOrCreate(name)
    const input = room.input()
    input.data.x = 1
    for (let tick = 0; tick < 10; tick++) {
      for (let extra = 0; extra < 5; extra++) input.send()
      await server.step(1, room)
    }
    const { state } = server.room(name, room)
    expect(state.x.get(room.sessionId)).toBeLessThanOrEqual(10)
    expect(state.x.get(room.sessionId)).toBeGreaterThan(5)
  },
)

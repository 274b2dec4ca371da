import { Protocol, ProtocolModifier } from '@colyseus/core'
import { expect, it } from 'vitest'
import { wireOf } from '../../../client-sdk/room.ts'
import { GameRoom } from '../../../server/index.ts'
import { type Random, seededRandom } from '../../../shared/random.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'

const Card = schema({ number: t.uint32().default(0), weight: t.float32().default(0) }, 'Card')
type Card = SchemaType<typeof Card>

/** Takes everybody's cards in turn, and notes which it got at which step. */
class CardRoom extends GameRoom<{ input: Card }> {
  override inputs = this.defineInput(Card, { sanitize: { weight: [-1, 1] } })
  readonly taken = new Map<string, number[]>()
  readonly weights: number[] = []

  override onTick() {
    for (const { sessionId } of this.clients) {
      for (const card of this.take(sessionId)) {
        this.taken.set(sessionId, [...(this.taken.get(sessionId) ?? []), card.number])
        this.weights.push(card.weight)
      }
    }
  }
  take(sessionId: string): Iterable<Card> {
    const card = this.inputs.get(sessionId).next()
    return card ? [card] : []
  }
}

/** Allows three a step, and asks for them in each of the ways there are. */
class ThreeAStepRoom extends CardRoom {
  override maxInputsPerTick = 3
  override *take(sessionId: string) {
    const inputs = this.inputs.get(sessionId)
    const first = inputs.next()
    if (first) yield first
    yield* inputs.take(1)
    yield* inputs
    yield* inputs.drain()
    yield* inputs.take(9)
  }
}

const rooms = { one: CardRoom, three: ThreeAStepRoom }

async function playerOf(name: keyof typeof rooms) {
  const server = await startTestServer({ rooms, limits: { strikesToKick: 1e9 } })
  const room = await server.connect().joinOrCreate(name)
  const running = server.room(name, room)
  const input = room.input()
  let sent = 0
  const send = (count: number) => {
    for (let i = 0; i < count; i++) {
      input.data.number = ++sent
      input.send()
    }
  }
  return {
    ...{ server, room, running, send },
    step: (ticks = 1) => server.step(ticks, room),
    taken: () => running.taken.get(room.sessionId) ?? [],
    waiting: () => running.inputs.get(room.sessionId).size,
    sent: () => sent,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

it('[IN1] one input is taken a step, in the order they were sent', async () => {
  await using player = await playerOf('one')
  player.send(4)
  await player.step()
  expect(player.taken()).toEqual([1])
  await player.step(2)
  expect(player.taken()).toEqual([1, 2, 3])
})

it('[IN1] however a room asks, it gets as many as it allows itself', async () => {
  await using player = await playerOf('three')
  player.send(7)
  const steps: number[] = []
  for (let step = 0; step < 4; step++) {
    const before = player.taken().length
    await player.step()
    steps.push(player.taken().length - before)
  }
  expect(steps).toEqual([3, 3, 1, 0])
  expect(player.taken()).toEqual([1, 2, 3, 4, 5, 6, 7])
})

it('[IN1] a step without input saves nothing up for the next', async () => {
  await using player = await playerOf('one')
  await player.step(5)
  player.send(5)
  await player.step()
  expect(player.taken()).toEqual([1])
})

it('[IN2] of more than eight waiting inputs the oldest are dropped', async () => {
  await using player = await playerOf('one')
  player.send(20)
  await player.step()
  await player.step(20)
  expect(player.taken()).toEqual([13, 14, 15, 16, 17, 18, 19, 20])
})

it('[IN3] a backlog that stays is worked off, one input a second and never below two', async () => {
  await using player = await playerOf('one')
  player.send(6)
  for (let tick = 0; tick < 240; tick++) {
    player.send(1)
    await player.step()
  }
  expect(player.waiting()).toBeLessThanOrEqual(2)
  expect(player.waiting()).toBeGreaterThan(0)
  const taken = player.taken()
  expect(taken, 'none twice, none out of order').toEqual([...new Set(taken)].sort((a, b) => a - b))
  expect(player.sent() - taken.length - player.waiting(), 'as few as it takes').toBeLessThanOrEqual(6)
})

it('[IN3] a steady player loses nothing', async () => {
  await using player = await playerOf('one')
  player.send(1)
  for (let tick = 0; tick < 100; tick++) {
    player.send(1)
    await player.step()
  }
  expect(player.taken()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
})

it('[IN1] what one player sends takes nothing from another', async () => {
  await using player = await playerOf('one')
  const other = await player.server.connect().joinOrCreate('one')
  const input = other.input()
  player.send(8)
  for (let number = 1; number <= 3; number++) {
    input.data.number = number
    input.send()
    await player.server.step(1, player.room, other)
  }
  expect(player.taken()).toEqual([1, 2, 3])
  expect(player.running.taken.get(other.sessionId)).toEqual([1, 2, 3])
})

function junk(random: Random): Uint8Array {
  const bytes = Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256))
  const kind = random() < 0.5 ? Protocol.ROOM_INPUT_RELIABLE : Protocol.ROOM_INPUT_UNRELIABLE
  return new Uint8Array([kind | (random() < 0.5 ? ProtocolModifier.TIMED : 0), ...bytes])
}

it('frames of random bytes harm nobody, and what comes out of them is in range', async () => {
  await using player = await playerOf('one')
  const other = await player.server.connect().joinOrCreate('one')
  const random = seededRandom(20)
  for (let count = 0; count < 1_000; count++) {
    wireOf(player.room).connection.send(junk(random))
    if (count % 20 === 0) await player.server.step(1, player.room, other)
  }
  const { weights } = player.running
  expect(weights.length).toBeGreaterThan(3)
  expect(weights.filter((weight) => !(weight >= -1 && weight <= 1))).toEqual([])
  const input = other.input()
  input.data.number = 42
  input.send()
  await player.server.step(1, player.room, other)
  expect(player.running.taken.get(other.sessionId)).toEqual([42])
  expect([player.room.status, other.status]).toEqual(['open', 'open'])
})

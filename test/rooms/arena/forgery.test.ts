import { Protocol, ProtocolModifier } from '@colyseus/core'
import { Encoder } from '@colyseus/schema'
import { expect, it, vi } from 'vitest'
import { wireOf } from '../../../client-sdk/room.ts'
import { ArenaRoom } from '../../../rooms/arena/room.ts'
import { type ArenaInput, ArenaState, Fighter } from '../../../rooms/arena/state.ts'
import { SPEED_METRES_PER_S, TICK_RATE_HZ } from '../../../rooms/arena/tuning.ts'
import { seededRandom } from '../../../shared/random.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'

// A player may move, shoot, say one of a few things and choose a name. Everything else is the server's to decide.

const rooms = { arena: ArenaRoom }
const join = (server: TestServer<typeof rooms>, name: string) =>
  server.connect().joinOrCreate('arena', { name })

/** A cheat, a bystander, and the room's own state behind them. */
async function pairOf(server: TestServer<typeof rooms>) {
  const [cheat, other] = [await join(server, 'Cheat'), await join(server, 'Other')]
  const { state } = server.room('arena', cheat)
  const codes: string[] = []
  cheat.onError(({ code }) => codes.push(code))
  await server.step(1, cheat, other)
  return { cheat, other, state, codes, wire: wireOf(cheat), fighter: state.fighters.get(cheat.sessionId)! }
}

const WISHES = { x: 1, y: 1, score: 99, health: 255, name: 'Admin', shieldUntilTick: 4e9 }

it.each(['score', 'x', 'move', 'state', 'patch', 'fighters', 'set', '__proto__', 'constructor', 'rename'])(
  'no message called %s sets a position or a score',
  async (type) => {
    await using server = await startTestServer({ rooms })
    const { cheat, other, wire, state, codes, fighter } = await pairOf(server)
    const before = JSON.stringify(fighter)
    wire.send(type as never, WISHES as never)
    wire.sendBytes(type, new Uint8Array([1, 2, 3]))
    await server.step(1, cheat, other)
    expect(codes.length).toBeGreaterThanOrEqual(type === 'rename' ? 0 : 2)
    expect({ ...JSON.parse(JSON.stringify(fighter)), name: 'Cheat' }).toEqual(JSON.parse(before))
    expect(state.fighters.size).toBe(2)
    expect(cheat.status).toBe('open')
  },
)

it.each([
  ['a whole state', Protocol.ROOM_STATE],
  ['a patch', Protocol.ROOM_STATE_PATCH],
  ['a patch with a time', Protocol.ROOM_STATE_PATCH | ProtocolModifier.TIMED],
  ['an entity', Protocol.ROOM_DATA_SCHEMA],
  ['a second join', Protocol.JOIN_ROOM],
  ['a reply', Protocol.ROOM_RESPONSE],
])('a frame that claims to be %s changes nothing', async (_what, protocol) => {
  await using server = await startTestServer({ rooms })
  const { cheat, other, wire, state } = await pairOf(server)
  const forged = new ArenaState({ round: 9, phase: 'result' })
  forged.fighters.set(cheat.sessionId, new Fighter(WISHES))
  const bytes = new Encoder(forged).encodeAll()
  const before = JSON.stringify({ ...state.toJSON(), tick: 0 })
  for (const frame of [bytes, bytes.subarray(0, 5), new Uint8Array()])
    wire.connection.send(new Uint8Array([protocol, ...frame]))
  await server.step(1, cheat, other)
  expect(JSON.stringify({ ...state.toJSON(), tick: 0 })).toBe(before)
  expect(JSON.stringify(other.state)).toBe(JSON.stringify(state))
  expect([cheat.status, other.status]).toEqual(['open', 'open'])
})

it('what a page writes into its copy of the state stays there', async () => {
  await using server = await startTestServer({ rooms })
  const { cheat, other, fighter } = await pairOf(server)
  Object.assign(cheat.state.fighters.get(cheat.sessionId)!, { score: 99, x: 1 })
  const { x } = fighter
  await server.step(2, cheat, other)
  expect(fighter).toMatchObject({ score: 0, x })
  expect(other.state.fighters.get(cheat.sessionId)).toMatchObject({ score: 0, x })
})

it('join options say nothing but a name and whether it is a bot', async () => {
  await using server = await startTestServer({ rooms })
  const options = { name: 'Cheat', ...{ score: 99, x: 1, health: 255, roundSeconds: 1, maxClients: 1 } }
  const cheat = await server.connect().joinOrCreate('arena', options)
  await server.step(1, cheat)
  expect(cheat.state.fighters.get(cheat.sessionId)).toMatchObject({ score: 0, health: 100, bot: false })
  expect(server.room('arena', cheat)).toMatchObject({ roundSeconds: 180, maxClients: 16 })
})

it.each([1, 2, 8])('nobody moves faster by sending %d inputs a tick', async (perTick) => {
  await using server = await startTestServer({ rooms })
  const { cheat, other, fighter } = await pairOf(server)
  Object.assign(fighter, { x: 5, y: 14 })
  const input = cheat.input()
  const ticks = 20
  for (let tick = 0; tick < ticks; tick++) {
    for (let count = 0; count < perTick; count++) {
      Object.assign(input.data, { moveX: 1e9, moveY: 0, aim: 0, fire: false, dash: false })
      input.send()
    }
    await server.step(1, cheat, other)
  }
  expect(fighter.x).toBeGreaterThan(5 + 1)
  expect(fighter.x - 5).toBeLessThanOrEqual((ticks * SPEED_METRES_PER_S) / TICK_RATE_HZ)
  expect(fighter.y).toBeCloseTo(14, 1)
})

const RING = Protocol.ROOM_INPUT_UNRELIABLE

it('packets of inputs as the official SDK sends them are read', async () => {
  await using server = await startTestServer({ rooms })
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // that there is no unreliable channel
  const { cheat, other, wire, fighter } = await pairOf(server)
  Object.assign(fighter, { x: 5, y: 14 })
  const input = wire.input<ArenaInput>({ mode: 'unreliable' })
  for (let tick = 0; tick < 10; tick++) {
    input.data.moveX = 1
    input.send()
    await server.step(1, cheat, other)
  }
  expect(fighter.x).toBeGreaterThan(6)
})

it('input frames of random bytes harm nobody', async () => {
  await using server = await startTestServer({ rooms, limits: { strikesToKick: 1e9 } })
  const { cheat, other, wire, fighter } = await pairOf(server)
  const random = seededRandom(2)
  for (let count = 0; count < 2_000; count++) {
    const bytes = Array.from({ length: Math.floor(random() * 24) }, () => Math.floor(random() * 256))
    const kind = random() < 0.5 ? Protocol.ROOM_INPUT_RELIABLE : RING
    wire.connection.send(new Uint8Array([kind | (random() < 0.5 ? ProtocolModifier.TIMED : 0), ...bytes]))
    if (count % 200 === 0) await server.step(1, cheat, other)
  }
  await server.step(5, cheat, other)
  const { x, y, aim, score } = fighter
  expect([x, y, aim].every(Number.isFinite)).toBe(true)
  expect(score).toBe(0)
  expect([cheat.status, other.status]).toEqual(['open', 'open'])
  expect(JSON.stringify(other.state)).toBe(JSON.stringify(server.room('arena', other).state))
})

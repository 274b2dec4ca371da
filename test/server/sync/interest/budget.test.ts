import { Protocol } from '@colyseus/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Room } from '../../../../client-sdk/room.ts'
import { startTestServer } from '../../../../testing/index.ts'
import {
  BeaconRoom,
  type BeaconState,
  COLOURS,
  type Colour,
  RADIUS_METRES,
  TieredBeaconRoom,
  WeighedBeaconRoom,
} from './budget-room.ts'
import { Frames, joinAs } from './live-player.ts'

const rooms = { plain: BeaconRoom, tiered: TieredBeaconRoom, weighed: WeighedBeaconRoom }
const PATCHES_PER_SECOND = 20
/** What one update of a beacon takes: its name in the frame, and one number of up to five bytes. */
const UPDATE_BYTES = 10

const told = vi.fn()
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(told.mockClear()))
afterEach(() => {
  expect(told, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

async function play(name: keyof typeof rooms, { bytesPerPatch = Number.POSITIVE_INFINITY } = {}) {
  const server = await startTestServer({ rooms })
  const client = (await server.connect().joinOrCreate(name)) as unknown as Room<BeaconRoom>
  const room = server.room(name, client) as unknown as BeaconRoom
  room.interestBytesPerSecond = bytesPerPatch * PATCHES_PER_SECOND
  return {
    server,
    client,
    room,
    step: (ticks = 1) => server.step(ticks, client),
    [Symbol.asyncDispose]: () => server.close(),
  }
}
type Play = Awaited<ReturnType<typeof play>>

/** Plays tick by tick; how many patches each beacon went without news at worst, and how often it had some. */
async function watch({ client, room, step }: Play, patches: number) {
  const news = new Map<string, { count: number; worst: number }>()
  const before = new Map<string, number>()
  for (const colour of COLOURS) for (const [key, { tick }] of client.state[colour]) before.set(key, tick)
  const from = client.traffic.receivedBytes
  for (let patch = 0; patch < patches; patch++) {
    await step()
    for (const colour of COLOURS)
      for (const key of room.state[colour].keys()) {
        const has = client.state[colour].get(key)?.tick ?? 0
        const seen = news.get(key) ?? { count: 0, worst: 0 }
        if (has > (before.get(key) ?? 0)) seen.count++
        seen.worst = Math.max(seen.worst, Math.min(patch + 1, room.state.tick - has))
        before.set(key, has)
        news.set(key, seen)
      }
  }
  return { news, bytesPerPatch: (client.traffic.receivedBytes - from) / patches }
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length

function nearAndFar(news: ReadonlyMap<string, { count: number; worst: number }>, colour: Colour) {
  const all = [...news].filter(([key]) => key.startsWith(colour)).map(([, seen]) => seen)
  const third = Math.floor(all.length / 3)
  return { near: all.slice(0, third), far: all.slice(-third) }
}

it('[IA7] under a limit of bytes near ones stay fresh, far ones come less often, and nobody starves', async () => {
  await using scene = await play('plain', { bytesPerPatch: 200 })
  scene.room.light('reds', 120)
  await scene.step(40)
  const { news, bytesPerPatch } = await watch(scene, 300)
  expect(bytesPerPatch).toBeLessThan(200 + 20)
  expect(bytesPerPatch, 'what may be sent is').toBeGreaterThan(200 - UPDATE_BYTES * 4)
  expect(news.get(scene.client.sessionId), 'its own goes first').toEqual({ count: 300, worst: 0 })
  const { near, far } = nearAndFar(news, 'reds')
  expect(mean(near.map(({ count }) => count))).toBeGreaterThan(2 * mean(far.map(({ count }) => count)))
  // All of them share 200 bytes by weights from 1 down to 0.1: whoever weighs least waits ten times as long as one that weighs 1.
  const turns = (120 * 0.55 * UPDATE_BYTES) / 200
  for (const [key, { worst }] of news) expect(worst, key).toBeLessThan(2 * 10 * turns)
})

it('[IA7] several areas share one limit, and none of them starves', async () => {
  await using scene = await play('plain', { bytesPerPatch: 300 })
  for (const colour of COLOURS) scene.room.light(colour, 90)
  await scene.step(40)
  const { news, bytesPerPatch } = await watch(scene, 300)
  expect(bytesPerPatch).toBeLessThan(300 + 30)
  const turns = (270 * 0.55 * UPDATE_BYTES) / 300
  for (const [key, { worst }] of news) expect(worst, key).toBeLessThan(2 * 10 * turns)
  const [reds, greens, blues] = COLOURS.map((colour) =>
    mean(nearAndFar(news, colour).near.map(({ count }) => count)),
  )
  expect(greens! / reds!).toBeCloseTo(1, 0)
  expect(blues! / reds!).toBeCloseTo(1, 0)
})

it('[IA7] what everybody gets leaves the areas something, even where it is more than the limit', async () => {
  await using scene = await play('plain', { bytesPerPatch: 200 })
  scene.room.light('reds', 20)
  scene.room.noticeBytes = 400
  await scene.step(20)
  const { news } = await watch(scene, 120)
  for (const [key, { count, worst }] of news) {
    expect(count, key).toBeGreaterThan(1)
    expect(worst, key).toBeLessThan(60)
  }
})

it("[IA7] a room's own priority decides, and what it makes light of waits for a hundred patches at most", async () => {
  await using scene = await play('weighed', { bytesPerPatch: 60 })
  const { room, step } = scene
  room.light('reds', 30)
  const beacons = [...room.state.reds].filter(([key]) => key.startsWith('reds'))
  for (const [at, [, beacon]] of beacons.entries()) beacon.matters = at < 5 ? 1_000 : at < 25 ? 1 : 0
  await step(250)
  const { news } = await watch(scene, 400)
  const counts = (from: number, to: number) => beacons.slice(from, to).map(([key]) => news.get(key)!.count)
  expect(mean(counts(0, 5)), 'what matters').toBeGreaterThan(4 * mean(counts(5, 25)))
  for (const [key, { worst }] of news) expect(worst, key).toBeLessThan(100 + 30)
})

it('[IA7] tiers: what is far away comes every n-th patch, in its latest state', async () => {
  await using scene = await play('tiered')
  scene.room.light('reds', 50)
  await scene.step(2)
  const { news } = await watch(scene, 80)
  for (const [key, { count, worst }] of news) {
    const { x } = scene.room.state.reds.get(key)!
    const every = x > 80 ? 8 : x > 40 ? 4 : 1
    expect([key, count, worst]).toEqual([key, 80 / every, every - 1])
  }
})

it('[IA7] tiers: what changes once reaches who is far away all the same, and who arrives is there at once', async () => {
  await using scene = await play('tiered')
  const { room, client, step } = scene
  room.light('reds', 10)
  await step(16)
  room.onTick = () => {}
  const [, far] = [...room.state.reds].at(-1)!
  for (let turn = 0; turn < 20; turn++) {
    far.matters = turn + 5
    await step(8)
    expect(client.state.reds.get('reds9')!.matters).toBe(turn + 5)
  }
  room.state.reds.get('reds2')!.x = RADIUS_METRES * 3
  await step()
  expect(client.state.reds.has('reds2')).toBe(false)
  room.state.reds.get('reds2')!.x = RADIUS_METRES - 1
  await step()
  expect(client.state.reds.get('reds2')!.x).toBe(RADIUS_METRES - 1)
})

it('[IA7] a limit may differ by client and change while it plays', async () => {
  await using scene = await play('plain')
  const { server, room, client, step } = scene
  const other = (await server.connect().joinById('plain', client.id)) as unknown as Room<BeaconRoom>
  room.light('reds', 120)
  room.interestBytesPerSecond = ({ sessionId }) =>
    (sessionId === client.sessionId ? 100 : 300) * PATCHES_PER_SECOND
  await server.step(40, client, other)
  const from = [client.traffic.receivedBytes, other.traffic.receivedBytes]
  await server.step(100, client, other)
  expect((client.traffic.receivedBytes - from[0]!) / 100).toBeLessThan(100 + 20)
  expect((other.traffic.receivedBytes - from[1]!) / 100).toBeGreaterThan(200)
  room.interestBytesPerSecond = Number.POSITIVE_INFINITY
  await step(2)
  expect(client.state.toJSON()).toEqual(room.state.toJSON())
})

it('[IA7] a first state takes a second of the limit, however much there is and in how many areas', async () => {
  await using scene = await play('plain', { bytesPerPatch: 400 })
  using frames = new Frames()
  const { server, client, room } = scene
  for (const colour of COLOURS) room.light(colour, 1_000)
  await scene.step()
  const late = await joinAs<BeaconState>('the official SDK', server.url, client.id)
  const [first] = frames.take(late.sessionId).filter(([code]) => code === Protocol.ROOM_STATE)
  expect(first!.length).toBeLessThan(400 * PATCHES_PER_SECOND + 200)
  expect(first!.length).toBeGreaterThan(400 * PATCHES_PER_SECOND * 0.9)
  expect(late.state.reds.has(late.sessionId), 'its own').toBe(true)
})

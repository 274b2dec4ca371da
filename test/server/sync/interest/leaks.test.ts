import { Protocol } from '@colyseus/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WssClient } from '../../../../server/transport/wss-client.ts'
import { startTestServer } from '../../../../testing/index.ts'
import { Stall } from '../random-worlds.ts'
import { allHeard, Frames, joinAs, type LivePlayer, SDKS } from './live-player.ts'
import {
  CityRoom,
  LimitedCityRoom,
  RADIUS_METRES,
  type Secrecy,
  type Spy,
  TimedCityRoom,
  tagsOf,
} from './spy-room.ts'

const rooms = { plain: CityRoom, timed: TimedCityRoom, limited: LimitedCityRoom }

const told = vi.fn()
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(told.mockClear()))
afterEach(() => {
  expect(told, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

/** Whether a player may know a spy at all now, by the plainest reading of the rules. */
function maySee(room: CityRoom, { sessionId }: LivePlayer, spy: Spy): boolean {
  const own = room.state.spies.get(sessionId)!
  if (spy === own) return true
  if (spy.hidden || ![...room.state.spies.values()].includes(spy)) return false
  if (own.team > 0 && spy.team === own.team) return true
  return Math.hypot(spy.x - own.x, spy.y - own.y) <= RADIUS_METRES
}

const TAG: Record<Secrecy, number> = { seen: 0, orders: 1, password: 2 }

/** Looks into every frame at every byte for anything that is somebody's. @returns how many values there were */
function search(room: CityRoom, player: LivePlayer, frames: readonly Uint8Array[]): number {
  const own = room.state.spies.get(player.sessionId)
  let found = 0
  const judge = (bytes: string, where: string) => {
    const value = room.values.get(bytes)
    if (!value) return
    found++
    const { spy, secrecy } = value
    const needs = TAG[secrecy]
    const allowed = maySee(room, player, spy) && (needs === 0 || (tagsOf(spy, own) & needs) !== 0)
    if (!allowed) throw new Error(`${secrecy} of ${spy.alias} in ${where} for ${player.sdk}`)
  }
  for (const frame of frames) {
    const text = Buffer.from(frame).toString('latin1')
    for (let at = 0; at + 8 <= text.length; at++) judge(text.slice(at, at + 8), `byte ${at} of a frame`)
    for (const [name] of text.matchAll(/<\w+:\d+>/g)) judge(name, 'a frame')
  }
  return found
}

it.each(['plain', 'timed', 'limited'] as const)(
  '[IA3] no frame of any client holds a name, a number or a key of what is hidden from it: %s',
  async (name) => {
    const patient = { pingIntervalMs: 600_000, drainMs: 600_000 }
    await using server = await startTestServer({ rooms, limits: patient })
    using frames = new Frames()
    const host = await server.connect().joinOrCreate(name)
    const room = server.room(name, host) as unknown as CityRoom
    const players = await Promise.all([0, 1, 2, 3].map((n) => joinAs(SDKS[n % 2]!, server.url, host.id)))
    const stallOf = ({ sessionId }: LivePlayer) =>
      new Stall(room.clients.get(sessionId) as unknown as WssClient)
    const stalls = players.map(stallOf)
    let found = players.reduce((sum, player) => sum + search(room, player, frames.take(player.sessionId)), 0)
    expect(found, 'their first states').toBeGreaterThan(4)
    for (let tick = 0; tick < 80; tick++) {
      const at = tick % 4
      if (tick % 20 === 7 + at && !stalls[at]!.on) {
        await players[at]!.reconnect()
        stalls[at] = stallOf(players[at]!)
        found += search(room, players[at]!, frames.take(players[at]!.sessionId))
      }
      if (tick % 10 === 3) stalls[tick % 3]!.on = true
      if (tick % 10 === 8) for (const stall of stalls) stall.on = false
      server.server.stepRooms(1)
      await allHeard(players, (player) => stalls[players.indexOf(player)]!.behind)
      for (const player of players) found += search(room, player, frames.take(player.sessionId))
    }
    // Each of them sees some, and all of what it sees is new in each tick.
    expect(found).toBeGreaterThan(name === 'limited' ? 3_000 : 10_000)
  },
  120_000,
)

it('[IA3] nothing tells that something happens where a client does not look: no frame at all', async () => {
  await using server = await startTestServer({ rooms })
  using frames = new Frames()
  const host = await server.connect().joinOrCreate('plain')
  const room = server.room('plain', host) as unknown as CityRoom
  const players = await Promise.all(SDKS.map((sdk) => joinAs(sdk, server.url, host.id)))
  for (const { sessionId } of [host, ...players]) {
    Object.assign(room.state.spies.get(sessionId)!, { x: 0, y: 0, team: 0, hidden: false })
  }
  for (const [key, spy] of room.state.spies)
    if (key.startsWith('<')) Object.assign(spy, { x: 9_000, team: 4, hidden: false })
  room.onTick = () => {}
  server.server.stepRooms(1)
  await Promise.all(players.map((player) => player.heard()))
  for (const { sessionId } of players) frames.take(sessionId)
  room.onTick = () => {
    for (const [key, spy] of room.state.spies)
      if (key.startsWith('<')) {
        room.renew(spy)
        Object.assign(spy, { x: 9_000 + room.random(), y: 0, team: 4 })
      }
    room.state.spies.delete([...room.state.spies.keys()].find((key) => key.startsWith('<'))!)
  }
  for (let tick = 0; tick < 20; tick++) {
    server.server.stepRooms(1)
    await Promise.all(players.map((player) => player.heard()))
    for (const { sessionId } of players)
      expect(frames.take(sessionId).map(([code]) => code)).toEqual([Protocol.PING])
  }
  Object.assign(room.state.spies.get(players[0]!.sessionId)!, { serial: 5 })
  server.server.stepRooms(1)
  await Promise.all(players.map((player) => player.heard()))
  for (const { sessionId } of players)
    expect(frames.take(sessionId).map(([code]) => code)).toEqual([Protocol.ROOM_STATE_PATCH, Protocol.PING])
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTestServer } from '../../../testing/index.ts'
import { FieldRoom, fault, HOOKS, MethodRoom, SoundRoom, WAYS } from './faulty-rooms.ts'
import { meet } from './meet-fault.ts'

/** A room for one, so that each neighbour has its own. */
class NeighbourRoom extends SoundRoom {
  override maxClients = 1
}
const rooms = { method: MethodRoom, field: FieldRoom, neighbour: NeighbourRoom }
const NEIGHBOURS = 20
/** What is to be seen here is what it does to others. */
const limits = { maxRoomFaults: 1e6, maxClientFaults: 1e6 }

beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))
afterEach(() => {
  fault.hook = undefined
})

it('[RM4] twenty rooms and their players miss no tick while every hook of another fails in every way', {
  timeout: 180_000,
}, async () => {
  await using server = await startTestServer({ rooms, limits })
  const players = await Promise.all(
    Array.from({ length: NEIGHBOURS }, () => server.connect().joinOrCreate('neighbour')),
  )
  expect(new Set(players.map(({ id }) => id)).size).toBe(NEIGHBOURS)
  const seen = players.map((player) => {
    const ticks: number[] = []
    player.onChange('opened', (tick) => ticks.push(tick))
    return ticks
  })
  const faults = (['method', 'field'] as const).flatMap((kind) =>
    WAYS.flatMap((way) => HOOKS.map((hook) => ({ kind, way, hook }))),
  )
  for (const { kind, way, hook } of faults) {
    const before = server.room('neighbour', players[0]!).tick
    fault.hook = hook
    fault.way = way
    await meet(server, kind, hook)
    await server.step(2, ...players)
    expect(server.room('neighbour', players[0]!).tick, `${kind} ${hook} ${way}`).toBeGreaterThan(before + 1)
  }
  for (const [index, player] of players.entries()) {
    const { tick } = server.room('neighbour', player)
    expect(seen[index]).toEqual(Array.from({ length: tick + 1 }, (_, number) => number))
    expect(player.status).toBe('open')
  }
})

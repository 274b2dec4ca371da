import fc from 'fast-check'
import { expect, vi } from 'vitest'
import type { Client } from '../../../server/index.ts'
import type { WssClient } from '../../../server/transport/wss-client.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { change, Stall, type Step, steps, WorldRoom } from './random-worlds.ts'

const rooms = { world: WorldRoom }
/** Many worlds are opened, and left, one after the other. */
const OFTEN = {
  joinsPerSecond: 1e6,
  joinBurst: 1e6,
  guestsPerSecond: 1e6,
  guestBurst: 1e6,
  wrongTokenBurst: 1e6,
}
type Server = TestServer<typeof rooms>

/** Plays so many random worlds, with a player of its own view and two who share one, and compares all along. */
export async function playWorlds(runs: number): Promise<void> {
  // A client is behind as soon as 600 bytes wait: patches and whole states take turns even without a stall.
  const limits = { ...OFTEN, maxInFlightBytes: 600, pingIntervalMs: 600_000, drainMs: 600_000 }
  await using server = await startTestServer({ rooms, limits })
  const troubles = vi.fn()
  for (const level of ['warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(troubles)
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      troubles.mockClear()
      await play(server, script)
      expect(troubles.mock.calls).toEqual([])
    }),
    { numRuns: runs },
  )
  vi.restoreAllMocks()
}

/** What a player should see: everything, and of what is hidden what its view was shown. */
function seenBy(room: WorldRoom, { view }: Client) {
  const { hidden, ...open } = room.state.toJSON() as { hidden: Record<string, unknown> }
  const visible = [...room.state.hidden].filter(([, thing]) => view!.has(thing)).map(([key]) => key)
  return { ...open, hidden: Object.fromEntries(visible.map((key) => [key, hidden[key]])) }
}

async function play(server: Server, script: readonly Step[]): Promise<void> {
  const first = await server.connect().create('world', {})
  const mates = [
    await server.connect().joinById('world', first.id, { team: true }),
    await server.connect().joinById('world', first.id, { team: true }),
  ]
  const players = [first, ...mates]
  const room = server.room('world', first) as unknown as WorldRoom
  const clients = players.map(({ sessionId }) => room.clients.get(sessionId) as Client)
  const stalls = clients.map((client) => new Stall(client as unknown as WssClient))
  const compare = async (which: number[]) => {
    await Promise.all(which.map((n) => players[n]!.ping()))
    for (const n of which)
      expect({ hidden: {}, ...(players[n]!.state.toJSON() as object) }).toEqual(seenBy(room, clients[n]!))
  }
  for (const [n, { changes, stalls: stalling, sees, looksAway }] of script.entries()) {
    const stall = stalls[n % stalls.length]!
    for (const each of changes) change(room, each)
    const { view } = clients[n % clients.length]!
    const hidden = [...room.state.hidden.values()]
    if (hidden[sees]) view!.add(hidden[sees])
    const away = hidden[looksAway]
    if (away && view!.has(away) && looksAway !== sees) view!.remove(away)
    stall.on = stalling
    server.server.stepRooms(1)
    await compare([0, 1, 2].filter((player) => !stalls[player]!.behind))
  }
  for (const stall of stalls) stall.on = false
  server.server.stepRooms(2)
  await compare([0, 1, 2])
  await Promise.all(players.map((player) => player.leave()))
}

import { Client as StockClient } from '@colyseus/sdk'
import { vi } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import type { Limits } from '../../../server/limits.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { Relay } from '../../relay.ts'
import { BusyRoom, type BusyState, fingerprint, outletOf, SteeredRoom } from './busy-room.ts'

/** A room that makes about 540 kB of patches a second for each player, plain and with its time in each frame. */
export const rooms = { busy: BusyRoom, steered: SteeredRoom }
export type Server = TestServer<typeof rooms>
type Name = keyof typeof rooms

/** What may wait for a player beyond the mark. */
export const SLACK_BYTES = 64 * 1024
export const CASES = (['our SDK', 'the stock SDK'] as const).flatMap((sdk) =>
  (['busy', 'steered'] as const).map((name) => [sdk, name] as const),
)

/** A player of either SDK, as these tests need it. */
export interface Player {
  readonly roomId: string
  readonly sessionId: string
  readonly state: BusyState
  onPatch(callback: () => void): void
}

export async function join(sdk: (typeof CASES)[number][0], name: Name, port: number): Promise<Player> {
  if (sdk === 'our SDK') {
    const room = await connect<Server['server']>(`wss://localhost:${port}`).joinOrCreate(name)
    return {
      roomId: room.id,
      sessionId: room.sessionId,
      get state() {
        return room.state as unknown as BusyState
      },
      onPatch: (callback) => void room.onPatch(callback),
    }
  }
  const room = await new StockClient(`wss://localhost:${port}`).joinOrCreate<BusyState>(name)
  await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()))
  return Object.assign(room, { onPatch: (callback: () => void) => void room.onStateChange(callback) })
}

/** Compares the player's state after each patch with the server's as of the tick it says it is. */
export function watch(player: Player, room: BusyRoom) {
  const seen = { patches: 0, wrong: 0, gaps: 0, tick: player.state.tick }
  player.onPatch(() => {
    const { tick } = player.state
    seen.patches++
    if (fingerprint(player.state) !== room.history.get(tick)) seen.wrong++
    if (tick > seen.tick + 1) seen.gaps++
    seen.tick = tick
  })
  return seen
}

/** Keeps the highest of what waits for a player in this process, until the player is gone. */
export function highest(room: BusyRoom, player: Player) {
  const most = { queuedBytes: 0, inFlightBytes: 0 }
  const timer = setInterval(() => {
    const outlet = outletOf(room, player)
    if (!outlet) return
    most.queuedBytes = Math.max(most.queuedBytes, outlet.queuedBytes)
    most.inFlightBytes = Math.max(most.inFlightBytes, outlet.inFlightBytes)
  }, 5)
  return Object.assign(most, { [Symbol.dispose]: () => clearInterval(timer) })
}

/** A server, a player on a good line, and one on a line of its own. */
export async function scene(
  sdk: (typeof CASES)[number][0],
  name: Name,
  options: { bytesPerSecond?: number; limits?: Partial<Limits> },
) {
  const { limits = {}, ...line } = options
  const server = await startTestServer({ rooms, ticks: 'real', limits })
  const port = Number(new URL(server.url).port)
  const relay = await Relay.open({ port, ...line })
  const close = async () => {
    await server.close()
    await relay[Symbol.asyncDispose]()
  }
  // A process can hold one server at a time: left open, it would fail every test after this one.
  const both = async () => {
    const quick = await join('our SDK', name, port)
    return [quick, await join(sdk, name, relay.port)] as const
  }
  const [quick, slow] = await both().catch(async (error) => {
    await close()
    throw error
  })
  const room = server.room(name, { id: slow.roomId }) as unknown as BusyRoom
  return {
    server,
    relay,
    room,
    slow,
    seen: { slow: watch(slow, room), quick: watch(quick, room) },
    [Symbol.asyncDispose]: close,
  }
}

/** A counter of the server's. */
export async function counted(server: { readonly url: string }, metric: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^fairground_${metric}_total (\\d+)$`, 'm').exec(text)?.[1])
}

/** What the SDKs say on the console; a decoder complains there. */
export function listenToConsole() {
  const said = { warn: vi.fn(), error: vi.fn(), info: vi.fn() }
  for (const level of ['warn', 'error', 'info'] as const)
    vi.spyOn(console, level).mockImplementation(said[level])
  return said
}

/** Waits until an assertion holds, a minute at most. */
export function patiently<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 60_000, interval: 10 })
}

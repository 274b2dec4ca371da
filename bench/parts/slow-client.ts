/**
 * A player behind a thin line, with our SDK or the official one, and one without. Answers `join` with its seat and
 * `echo` with the times of requests and what came meanwhile, over IPC.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from '@colyseus/sdk'
import { connect } from '../../client-sdk/index.ts'
import { wireOf } from '../../client-sdk/room.ts'
import type { BusyRoom } from '../../test/server/sync/busy-room.ts'
import { fingerprint } from '../worlds/harbour/fingerprint.ts'
import type { HarbourState } from '../worlds/harbour/harbour-room.ts'

interface BusyServer {
  readonly '~rooms': { readonly busy: typeof BusyRoom }
}
interface Player {
  roomId: string
  sessionId: string
  echo(n: number): Promise<number>
  leave(): Promise<unknown>
}

/** One request begins so often, in milliseconds, whatever became of the ones before. */
const EVERY_MS = 50

let player: Player
let patches = 0
let receivedBytes = 0
/** With an interest area: the tick of each patch, and what was seen with it. */
let seen: [tick: number, sight: number][] = []

async function join(url: string, sdk: 'ours' | 'official'): Promise<Player> {
  if (sdk === 'ours') {
    const room = await connect<BusyServer>(url).joinOrCreate('busy')
    room.onPatch(() => note(room.state as unknown as HarbourState))
    count(wireOf(room))
    return {
      roomId: room.id,
      sessionId: room.sessionId,
      echo: (n) => room.request('echo', n, { timeoutMs: 60_000 }),
      leave: () => room.leave(),
    }
  }
  const room = await new Client(url).joinOrCreate('busy')
  room.onStateChange((state) => note(state as HarbourState))
  count(room)
  return {
    roomId: room.roomId,
    sessionId: room.sessionId,
    echo: (n) => room.request('echo', n, { timeout: 60_000 }) as Promise<number>,
    leave: () => room.leave(),
  }
}

function note({ tick, ships }: HarbourState): void {
  patches++
  if (process.env['BENCH_AREAS']) seen.push([tick, fingerprint(ships)])
}

function count({ connection: { events } }: Pick<ReturnType<typeof wireOf>, 'connection'>): void {
  const onMessage = events.onmessage
  events.onmessage = (event: MessageEvent) => {
    receivedBytes += (event.data as ArrayBuffer).byteLength
    onMessage?.(event)
  }
}

async function echoes(seconds: number) {
  const times: number[] = []
  const pending: Promise<void>[] = []
  patches = receivedBytes = 0
  seen = []
  for (let n = 0; n < (seconds * 1000) / EVERY_MS; n++) {
    const startedMs = performance.now()
    pending.push(player.echo(n).then(() => void times.push(performance.now() - startedMs)))
    await wait(EVERY_MS)
  }
  await Promise.all(pending)
  return { times, patches, receivedBytes, seen }
}

type Message = { type: 'join'; url: string; sdk: 'ours' | 'official' } | { type: 'echo'; seconds: number }

process.on('message', async (message: Message) => {
  if (message.type === 'join') {
    await player?.leave()
    player = await join(message.url, message.sdk)
    process.send!({ roomId: player.roomId, sessionId: player.sessionId })
  } else process.send!(await echoes(message.seconds))
})

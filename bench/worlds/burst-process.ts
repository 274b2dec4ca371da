/** Players who join a full world as fast as they can, in a process of their own: answers its parent over IPC. */
import { setTimeout as wait } from 'node:timers/promises'
import { Protocol } from '@colyseus/core'
import { DIALECTS } from './load/dialects.ts'
import { SAMPLES, type Sample } from './load/samples.ts'
import type { Truth } from './simulation.ts'

export interface BurstWish {
  side: 'plain' | 'fairground'
  url: string
  joins: number
  /** Joins that are under way at the same time, at most. */
  atOnce: number
  withinMs: number
}

export interface BurstReading {
  /** Joins that got the whole state in time. */
  joined: number
  tookMs: number
  /** Of each join, from the request for a seat to the whole state. */
  times: number[]
  /** Of those, players who decode with an SDK. */
  samples: number
  /** Why others failed. */
  failures: string[]
}

/** Every so many of them decode, with the SDK of the side. */
const SAMPLE_EVERY = 10
const samples: Sample[] = []

async function burst({ side, url, joins, atOnce, withinMs }: BurstWish): Promise<BurstReading> {
  const address = new URL(url)
  // Not counted: from then on it is known where those who decode have to go.
  const room = await joinRaw(side, address)
  const startedMs = performance.now()
  const untilMs = startedMs + withinMs
  const times: number[] = []
  const failures: string[] = []
  let lastMs = startedMs
  let left = joins
  const worker = async (): Promise<void> => {
    for (let n = left--; n > 0 && performance.now() < untilMs; n = left--) {
      const askedMs = performance.now()
      try {
        if (n % SAMPLE_EVERY === 0) samples.push(await SAMPLES[side](address, room))
        else await joinRaw(side, address)
      } catch (error) {
        failures.push(reasonOf(error))
        continue
      }
      times.push(performance.now() - askedMs)
      lastMs = performance.now()
    }
  }
  // Who waits for an answer that never comes is not waited for.
  const late = wait(withinMs, undefined, { ref: false })
  await Promise.race([Promise.all(Array.from({ length: atOnce }, worker)), late])
  const tookMs = (times.length + failures.length < joins ? performance.now() : lastMs) - startedMs
  return { joined: times.length, tookMs, times: [...times], samples: samples.length, failures: [...failures] }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? cause.message : message
}

/** Takes a seat and reads until the whole state is there. @returns the room */
async function joinRaw(side: BurstWish['side'], url: URL): Promise<string> {
  const { socket, room } = await DIALECTS[side].take(url, undefined)
  let frame: Buffer
  do frame = await socket.next()
  while ((frame[0]! & CODE) !== Protocol.ROOM_STATE)
  socket.listen(() => {})
  return room
}

/** Without the bit that says that the room's time is with it. */
const CODE = 0x1f

const answers = {
  burst,
  /** What the sampled players see, by who they are. */
  seen: (): Record<string, Truth> => Object.fromEntries(samples.map((sample) => [sample.id, sample.seen()])),
}

type Wish = BurstWish & { type: keyof typeof answers }

process.on('message', async (wish: Wish) => {
  process.send!(await answers[wish.type](wish))
})

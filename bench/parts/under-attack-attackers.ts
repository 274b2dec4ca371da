/** The fuzzer and every flood at once, over and over, until the process is stopped: answers `begin`, and `count` with what it sent. */
import { setTimeout as wait } from 'node:timers/promises'
import { Protocol } from '@colyseus/core'
import { seededRandom } from '../../shared/random.ts'
import { FRAME_FLOODS, OTHER_FLOODS, type Target, takeSeatOf } from '../../test/floods/floods.ts'
import { Attacker } from '../../test/fuzz/attacker.ts'

export interface Sent {
  /** Waves by kind. */
  readonly waves: Readonly<Record<string, number>>
  readonly fuzzedFrames: number
  readonly failures: readonly string[]
}

const HOLD_MS = 8_000
const BATCH_FRAMES = 250
/** From one wave of a kind to its next. */
const WAVE_EVERY_MS = 2_000
/** From one batch of the fuzzer to its next. */
const BATCH_EVERY_MS = 50
const CORPUS = [
  Buffer.from([Protocol.ROOM_DATA, 0xa3, ...Buffer.from('say'), 1]),
  Buffer.from([Protocol.ROOM_REQUEST, 1, 0xa4, ...Buffer.from('fill'), 0xc0]),
  Buffer.from([Protocol.ROOM_INPUT_RELIABLE, 128, 1]),
  Buffer.from([Protocol.PING]),
]

const waves: Record<string, number> = {}
const failures: string[] = []
let attacker: Attacker | undefined
/** Where another process of attackers left off, nobody would be let in. */
let address = (process.pid * 4_999) & 0xfffff

async function repeat(kind: string, everyMs: number, once: () => Promise<unknown>): Promise<never> {
  // Not all kinds at the same moment.
  await wait(everyMs * Math.random())
  for (;;) {
    const startedMs = performance.now()
    try {
      await once()
      waves[kind] = (waves[kind] ?? 0) + 1
    } catch (error) {
      if (failures.length < 10) failures.push(`${kind}: ${(error as Error).message}`)
    }
    await wait(Math.max(0, startedMs + everyMs - performance.now()))
  }
}

interface Begin extends Pick<Target, 'url' | 'roomId'> {
  /** Kinds of attacks; all without it. */
  only?: readonly string[] | undefined
}

function begin({ only, ...at }: Begin): void {
  const from = () => `127.${9 + ((++address >> 16) & 15)}.${(address >> 8) & 255}.${address & 255}`
  for (const [kind, wave] of Object.entries({ ...FRAME_FLOODS, ...OTHER_FLOODS })) {
    const target = { ...at, from, vandal: from(), holdMs: HOLD_MS }
    if (only?.includes(kind) ?? true) void repeat(kind, WAVE_EVERY_MS, () => wave(target))
  }
  if (!(only?.includes('fuzz') ?? true)) return
  const random = seededRandom(20_261_125)
  const fuzzer = new Attacker({ takeSeat: () => takeSeatOf({ ...at, from }), corpus: CORPUS })
  attacker = fuzzer
  void repeat('fuzz', BATCH_EVERY_MS, () => fuzzer.attack(random, BATCH_FRAMES))
}

type Message = ({ type: 'begin' } & Begin) | { type: 'count' }

process.on('message', (message: Message) => {
  if (message.type === 'begin') begin(message)
  process.send!({ waves, fuzzedFrames: attacker?.sent ?? 0, failures } satisfies Sent)
})

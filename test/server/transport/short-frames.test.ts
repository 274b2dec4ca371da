import type { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import * as ws from 'ws'
import { type Receiver, ShortFrames } from '../../../server/transport/short-frames.ts'
import { type Random, seededRandom } from '../../../shared/random.ts'
import { type FrameParts, frameOf } from './raw-websocket.ts'

const { Receiver: WsReceiver } = ws as unknown as {
  Receiver: new (options: object) => Receiver & EventEmitter
}
const SEEDS = 300

function makeReceiver(told: string[]): Receiver & EventEmitter {
  const receiver = new WsReceiver({ isServer: true, maxPayload: 400, maxFragments: 4, maxBufferedChunks: 64 })
  receiver.on('message', (data: Buffer, binary: boolean) => told.push(message(data, binary)))
  for (const kind of ['ping', 'pong'])
    receiver.on(kind, (data: Buffer) => told.push(`${kind} ${data.toString('hex')}`))
  receiver.on('conclude', (code: number) => told.push(`conclude ${code}`))
  receiver.on('error', ({ code }: { code: string }) => told.push(`error ${code}`))
  return receiver
}

function message(data: Buffer, binary: boolean): string {
  return `message ${binary} ${data.toString('hex')}`
}

/** What ws makes of these pieces, and what it makes of them with short frames taken out. */
async function read(pieces: readonly Buffer[]): Promise<{ alone: string[]; ours: string[]; short: number }> {
  const [alone, ours]: [string[], string[]] = [[], []]
  let short = 0
  const theirs = makeReceiver(alone)
  const receiver = makeReceiver(ours)
  new ShortFrames(receiver, (memory, begin, end) => {
    short++
    ours.push(message(memory.subarray(begin, end), true))
    return true
  }).precede()
  for (const piece of pieces) {
    // Both write into what they are given.
    theirs.write(Buffer.from(piece))
    receiver.write(Buffer.from(piece))
    await nextTurn()
  }
  return { alone, ours, short }
}

/** Up to ws' last word: nobody writes to it after that. */
function heard(told: readonly string[]): readonly string[] {
  const last = told.findIndex((line) => /^(error|conclude)/.test(line))
  return last < 0 ? told : told.slice(0, last + 1)
}

function someFrame(random: Random): FrameParts {
  const pick = <T>(...of: T[]): T => of[Math.floor(random() * of.length)]!
  const payload = Buffer.from(
    Array.from({ length: pick(0, 1, 7, 124, 125, 126, 127, 300) }, () => random() * 256),
  )
  const mask = pick<FrameParts['mask']>([1, 2, 3, 4], [0, 0, 0, 0], [255, 0, 128, 7])
  const kind = random()
  if (kind < 0.6) return { payload, mask }
  if (kind < 0.75) return { payload, mask, fin: random() < 0.5, opcode: pick(0, 2) }
  if (kind < 0.9) return { payload: payload.subarray(0, 125), mask, opcode: pick(9, 10) }
  return pick<FrameParts>(
    { payload, mask, opcode: 1 },
    { payload, mask, rsv: pick(1, 2, 4) },
    { payload, mask, opcode: pick(3, 11) },
    { payload, masked: false },
    { payload: Buffer.from([3, 232]), mask, opcode: 8 },
    { payload: Buffer.alloc(500), mask },
  )
}

/** Cut anywhere, as the line cuts it. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = random() < 0.5 ? bytes.length : 1 + Math.floor(random() * 40)
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}

it('short frames read at once are the messages that ws reads, whatever stands around them and however it is cut', async () => {
  let short = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = seededRandom(seed)
    const frames = Array.from({ length: 1 + Math.floor(random() * 12) }, () => frameOf(someFrame(random)))
    const pieces = random() < 0.5 ? frames : cut(Buffer.concat(frames), random)
    const both = await read(pieces)
    expect(heard(both.ours), `seed ${seed}`).toEqual(heard(both.alone))
    short += both.short
  }
  expect(short).toBeGreaterThan(SEEDS / 2)
})

it('a message within another one, and one that is too long, are left to ws', async () => {
  const begun = frameOf({ fin: false, payload: Buffer.from('be') })
  const within = frameOf({ payload: Buffer.from('in') })
  const { ours, alone, short } = await read([Buffer.concat([begun, within])])
  expect([ours, short]).toEqual([['error WS_ERR_INVALID_OPCODE'], 0])
  expect(ours).toEqual(alone)
  const receiver = new WsReceiver({ isServer: true, maxPayload: 4 })
  const told: string[] = []
  receiver.on('error', ({ code }: { code: string }) => told.push(code))
  new ShortFrames(receiver, () => told.push('taken') > 0).precede()
  receiver.write(frameOf({ payload: Buffer.alloc(4) }))
  receiver.write(frameOf({ payload: Buffer.alloc(5) }))
  await nextTurn()
  expect(told).toEqual(['taken', 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'])
})

it('nothing is taken after a goodbye, nor after whoever takes it has had enough', async () => {
  const one = frameOf({ payload: Buffer.from('x') })
  const goodbye = frameOf({ opcode: 8, payload: Buffer.from([3, 232]) })
  const { short } = await read([goodbye, one])
  expect(short).toBe(0)
  let taken = 0
  const receiver = makeReceiver([])
  new ShortFrames(receiver, () => ++taken < 2).precede()
  receiver.write(Buffer.concat([one, one, one]))
  expect(taken).toBe(2)
})

import { Protocol } from '@colyseus/core'
import { schema, t } from '@colyseus/schema'
import { InputDecoder, InputEncoder } from '@colyseus/schema/input'
import { Packr, unpack } from 'msgpackr'
import { expect, it, vi } from 'vitest'
import { FrameReader } from '../../../server/transport/frames/frame-reader.ts'
import { codeOf, faultOf } from '../../../server/transport/frames/frame-structure.ts'
import {
  inputFormatOf,
  isInputPacket,
  isReliableInput,
} from '../../../server/transport/frames/input-structure.ts'
import { isPayload } from '../../../server/transport/frames/payload-structure.ts'
import { seededRandom } from '../../../shared/random.ts'
import { nextFrame, pick, upTo } from '../../fuzz/mutate.ts'

// The firewall reads frames as msgpackr and Colyseus' decoders do: what they read without a word it admits, and what
// would throw, print or loop in them it does not.

const passes = (bytes: Uint8Array) => isPayload(new FrameReader(bytes))
const things = [
  ...[
    0,
    1,
    -1,
    127,
    128,
    -128,
    2 ** 16,
    2 ** 32,
    -(2 ** 40),
    2 ** 60,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    10n,
    2n ** 63n,
  ],
  ...[
    '',
    'x',
    'x'.repeat(31),
    'x'.repeat(32),
    'x'.repeat(300),
    'ä€🎪'.repeat(100),
    null,
    true,
    false,
    undefined,
  ],
  ...[
    new Date(0),
    new Date(1.7e12 + 0.5),
    new Date('x'),
    new Uint8Array(3),
    new Uint8Array(300),
    new Set([1]),
    /x/g,
  ],
  ...[
    [],
    [1, [2, [3]]],
    {},
    { a: 1 },
    { a: { a: 1 } },
    [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }],
    new Map([[64, 1]]),
  ],
  ...[
    Array.from({ length: 200 }, (_, n) => ({ n, name: `${n}` })),
    { deep: { er: { and: { deeper: [{ x: 1 }, { y: 2 }] } } } },
  ],
  Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`key${n}`, n])),
]

it.each([
  ['the official SDK', new Packr()],
  ['an SDK without shapes', new Packr({ useRecords: false })],
])('whatever %s packs is admitted, and cut anywhere it is not', (_who, packr) => {
  for (const thing of things) {
    const bytes = packr.pack(thing)
    expect(passes(bytes), JSON.stringify(String(thing))).toBe(true)
    expect(passes(Buffer.concat([bytes, Buffer.from([1])]))).toBe(false)
    for (let end = 1; end < bytes.length; end++) expect(passes(bytes.subarray(0, end))).toBe(false)
  }
})

it('what is admitted msgpackr unpacks without an error, and plain', () => {
  const random = seededRandom(5)
  const packr = new Packr()
  const corpus = things.map((thing) => Buffer.concat([Buffer.from([13, 0xa1, 0x61]), packr.pack(thing)]))
  let admitted = 0
  for (let n = 0; n < 60_000; n++) {
    const frame = nextFrame(random, corpus)
    const payload = frame.subarray(3)
    if (!passes(payload) || payload.length === 0) continue
    admitted++
    expect(() => unpack(Buffer.from(payload)), payload.toString('hex')).not.toThrow()
  }
  expect(admitted).toBeGreaterThan(5_000)
})

const Stick = schema(
  {
    ...{
      a: t.int8(),
      b: t.uint16(),
      c: t.float32(),
      d: t.float64(),
      e: t.string(),
      f: t.boolean(),
      g: t.number(),
    },
    ...{ h: t.int64(), i: t.biguint64(), j: t.quantized({ min: 0, max: 1, bits: 8 }), k: t.uint32() },
  },
  'Stick',
)
const format = inputFormatOf(Stick, false)

function inputFrames(mode: 'reliable' | 'unreliable', count: number): Buffer[] {
  const random = seededRandom(9)
  const stick = new Stick()
  const encoder = new InputEncoder(stick as never, { mode })
  return Array.from({ length: count }, () => {
    Object.assign(stick, {
      ...{
        a: upTo(random, 100),
        b: upTo(random, 60_000),
        c: random(),
        d: random(),
        e: 'ä'.repeat(upTo(random, 40)),
      },
      ...{
        f: random() < 0.5,
        g: random() * 1e9,
        h: upTo(random, 1e9),
        i: BigInt(upTo(random, 1e9)),
        j: random(),
        k: 7,
      },
    })
    if (random() < 0.3) Object.assign(stick, { e: undefined })
    return Buffer.concat([Buffer.from([mode === 'reliable' ? 19 : 20]), encoder.encode()])
  })
}

it.each(['reliable', 'unreliable'] as const)('whatever the SDK encodes as %s input is admitted', (mode) => {
  const check = mode === 'reliable' ? isReliableInput : isInputPacket
  for (const frame of inputFrames(mode, 200))
    expect(check(frame, format, false), frame.toString('hex')).toBe(true)
})

it('what is admitted as an input Colyseus decodes without a word', () => {
  const shouts = (['error', 'warn', 'log'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  )
  const corpus = [...inputFrames('reliable', 60), ...inputFrames('unreliable', 60)]
  const random = seededRandom(6)
  let admitted = 0
  for (let n = 0; n < 60_000; n++) {
    const frame = nextFrame(random, corpus)
    const decoder = new InputDecoder(new Stick() as never)
    if (frame[0] === 19 && isReliableInput(frame, format, false)) {
      decoder.decode(frame.subarray(1))
      admitted++
    }
    if (frame[0] === 20 && isInputPacket(frame, format, false)) {
      decoder.decodeAll(frame.subarray(1), () => {})
      admitted++
    }
    for (const shout of shouts) expect(shout, frame.toString('hex')).not.toHaveBeenCalled()
  }
  expect(admitted).toBeGreaterThan(5_000)
})

it('every frame of up to three bytes has an answer, and so have random ones', () => {
  const random = seededRandom(7)
  const frames: Buffer[] = [Buffer.alloc(0)]
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) frames.push(Buffer.from([first, second]))
    frames.push(Buffer.from([first]))
  }
  for (let n = 0; n < 50_000; n++)
    frames.push(
      Buffer.from(
        Array.from({ length: upTo(random, 60) }, () => pick(random, [0xff, 0, 0x80, upTo(random, 256)])),
      ),
    )
  for (const frame of frames) {
    const code = codeOf(frame)
    if (code === undefined) continue
    for (const inputs of [undefined, format, { ...format, twoStamps: true }])
      expect([undefined, 'malformed', 'unexpectedInput']).toContain(faultOf(frame, code, inputs))
  }
  expect(
    faultOf(Buffer.from([Protocol.ROOM_DATA, 0xa1, 0x61]), Protocol.ROOM_DATA, undefined),
  ).toBeUndefined()
})

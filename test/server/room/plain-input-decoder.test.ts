import { Encoder, type Schema } from '@colyseus/schema'
import { InputDecoder, InputEncoder } from '@colyseus/schema/input'
import { expect, it } from 'vitest'
import { readPlainly } from '../../../server/room/plain-input-decoder.ts'
import { type Random, seededRandom } from '../../../shared/random.ts'
import { schema, t } from '../../../shared/schema.ts'

const Everything = schema(
  {
    x: t.float32().default(0),
    far: t.float64().default(0),
    any: t.number().default(0),
    small: t.int8().default(0),
    big: t.uint32().default(0),
    wide: t.uint64().default(0),
    huge: t.bigint64().default(0n),
    fire: t.boolean().default(false),
    word: t.string().default(''),
  },
  'Everything',
)
type Decoder = InputDecoder<Schema>

/** The decoder that a client of such a room gets, and Colyseus' own. */
function decoders(type: new () => Schema): { ours: Decoder; stock: Decoder } {
  const client: { _input?: Schema; _inputDecoder?: Decoder } = {}
  const inputs = {
    allocate(of: typeof client) {
      of._input = new type()
      of._inputDecoder = new InputDecoder(of._input)
    },
  }
  readPlainly(inputs as never, type)
  inputs.allocate(client)
  return { ours: client._inputDecoder!, stock: new InputDecoder(new type()) }
}

function move(input: InstanceType<typeof Everything>, random: Random): void {
  const any = (...of: number[]) => of[Math.floor(random() * of.length)]!
  if (random() < 0.5) input.x = Math.fround(random() * 200 - 100)
  if (random() < 0.3) input.far = random() * 1e12
  if (random() < 0.5) input.any = any(0, 1, -1, 127, 128, 65_535, -32_768, 1e10, 0.5, 2 ** 40)
  if (random() < 0.3) input.small = any(-128, 0, 127)
  if (random() < 0.3) input.big = any(0, 1, 2 ** 32 - 1)
  if (random() < 0.2) input.wide = any(0, 2 ** 52)
  if (random() < 0.2) input.huge = BigInt(any(0, -5, 2 ** 50))
  if (random() < 0.5) input.fire = random() < 0.5
  if (random() < 0.3) input.word = ['', 'jump', 'ein längeres Wort 🎪', 'x'.repeat(300)][any(0, 1, 2, 3)]!
}

it('inputs are read as Colyseus reads them, one by one and several in a packet', () => {
  for (const mode of ['reliable', 'unreliable'] as const) {
    const random = seededRandom(11)
    const input = new Everything()
    const encoder = new InputEncoder(input, { mode })
    const { ours, stock } = decoders(Everything)
    for (let n = 0; n < 2_000; n++) {
      move(input, random)
      const bytes = Buffer.from(encoder.encode())
      const read = [ours, stock].map((decoder) => {
        const told: unknown[] = []
        if (mode === 'reliable') told.push(decoder.decode(bytes).toJSON())
        else told.push(decoder.decodeAll(bytes, (one, seq) => told.push([seq, one.toJSON()])))
        return told
      })
      expect(read[0], `${mode} ${n}`).toEqual(read[1])
      expect(ours.instance.toJSON()).toEqual(input.toJSON())
    }
  }
})

it('what is no plain value is left to Colyseus: fields that are deleted, and more than fits', () => {
  const { ours, stock } = decoders(Everything)
  const frames = [
    Buffer.from([0x80 | 3, 5, 0x80 | 7, 1]),
    // The third field is taken back, between two others.
    Buffer.from([0x80 | 3, 6, 0x40 | 2, 0x80 | 7, 0]),
    Buffer.from([0xc0 | 3, 9]),
    Buffer.from([3, 7]),
  ]
  for (const frame of frames) {
    const [mine, theirs] = [ours.decode(frame).toJSON(), stock.decode(frame).toJSON()]
    expect(mine, frame.toString('hex')).toEqual(theirs)
  }
})

it('an input that a room keeps in its state is told on', () => {
  const Shelf = schema({ last: Everything }, 'PlainShelf')
  const { ours } = decoders(Everything)
  const shelf = new Shelf()
  const encoder = new Encoder(shelf)
  shelf.last = ours.instance as InstanceType<typeof Everything>
  encoder.encode()
  encoder.discardChanges()
  ours.decode(Buffer.from([0x80 | 3, 77]))
  expect(encoder.hasChanges).toBe(true)
  expect(shelf.last.small).toBe(77)
})

it('classes with other fields than values are left to Colyseus', () => {
  const Deep = schema({ path: t.array('number') }, 'DeepPlain')
  const { ours } = decoders(Deep)
  expect(ours.constructor).toBe(InputDecoder)
})

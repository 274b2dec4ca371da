import { describe, expect, it } from 'vitest'
import { uncheckFields } from '../../shared/checked-fields.ts'
import { MapSchema, schema, t } from '../../shared/schema.ts'

const Numbers = schema(
  {
    int8: t.int8().default(1),
    uint8: t.uint8().default(1),
    int16: t.int16().default(1),
    uint16: t.uint16().default(1),
    int32: t.int32().default(1),
    uint32: t.uint32().default(1),
    int64: t.int64().default(1),
    uint64: t.uint64().default(1),
    number: t.number().default(1),
    float32: t.float32().default(1),
    float64: t.float64().default(1),
    quantized: t.quantized({ min: 0, max: 10, bits: 8 }).default(0),
  },
  'Numbers',
)
type Field = Exclude<keyof typeof Numbers.prototype & keyof Record<string, number>, symbol>

const REFUSED: Record<string, readonly number[]> = {
  int8: [-129, 128, 0.5],
  uint8: [-1, 256, 1.5],
  int16: [-32_769, 32_768, 0.1],
  uint16: [-1, 65_536, 0.1],
  int32: [-2_147_483_649, 2_147_483_648, 0.1],
  uint32: [-1, 4_294_967_296, 2 ** 33],
  int64: [2 ** 53, -(2 ** 53), 0.5],
  uint64: [-1, 2 ** 53, 0.5],
  number: [],
  float32: [3.5e38, -3.5e38],
  float64: [],
  quantized: [],
}

const TAKEN: Record<string, readonly number[]> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  number: [0.5, -1e300, 2 ** 60],
  float32: [0.5, 3.4e38, -3.4e38],
  float64: [Number.MAX_VALUE, Number.MIN_VALUE],
  quantized: [10, 0],
}

describe.each(Object.keys(REFUSED))('[ST1] a field of type %s', (name) => {
  const field = name as Field

  it.each([Number.NaN, Infinity, -Infinity, ...REFUSED[name]!])('refuses %d and keeps its value', (value) => {
    const state = new Numbers() as unknown as Record<string, number>
    const before = state[field]
    expect(() => {
      state[field] = value
    }).toThrowError(RangeError)
    expect(state[field]).toBe(before)
  })

  it.each(TAKEN[name]!)('takes %d', (value) => {
    const state = new Numbers() as unknown as Record<string, number>
    state[field] = value
    expect(state[field]).toBe(value)
  })
})

it('[ST1] says which field it was, what it takes and what it got', () => {
  expect(() => new Numbers({ uint8: -1 })).toThrowError(
    'Numbers.uint8 is a uint8 and takes whole numbers from 0 to 255, not -1.',
  )
})

it('[ST1] holds for fields of a class that extends another, and for defaults', () => {
  const More = Numbers.extend({ extra: t.uint8() }, 'More')
  const more = new More()
  expect(() => {
    more.extra = 300
  }).toThrowError('More.extra')
  expect(() => {
    more.int8 = 300
  }).toThrowError(/int8/)
})

it('[ST1] texts, booleans and fields without a value are as before', () => {
  const Mixed = schema({ name: t.string(), open: t.boolean(), count: t.uint8().optional() }, 'Mixed')
  const mixed = new Mixed({ name: 'a', open: true, count: 3 })
  mixed.count = undefined
  expect(mixed.toJSON()).toEqual({ name: 'a', open: true })
})

const Bags = schema(
  { list: t.array('uint8'), map: t.map('int8'), set: t.set('uint16'), texts: t.array('string') },
  'Bags',
)

it.each<[string, (bags: InstanceType<typeof Bags>) => unknown]>([
  ['a push', ({ list }) => list.push(7, 256)],
  ['an unshift', ({ list }) => list.unshift(Number.NaN)],
  ['a splice', ({ list }) => list.splice(0, 1, -1)],
  ['a write by index', ({ list }) => Reflect.set(list, 0, 0.5)],
  ['a map', ({ map }) => map.set('a', 200)],
  ['a set', ({ set }) => set.add(-1)],
  ['a whole list', (bags) => Object.assign(bags, { list: [1, 2, 300] })],
  ['a whole map', (bags) => Object.assign(bags, { map: new Map([['a', 200]]) })],
])(
  '[ST1] a collection refuses by %s what would arrive as another number, and stays as it is',
  (_what, write) => {
    const bags = new Bags()
    bags.list.push(1, 2)
    bags.map.set('a', 1)
    expect(() => write(bags)).toThrowError(RangeError)
    expect(bags.toJSON()).toMatchObject({ list: [1, 2], map: { a: 1 }, set: [] })
  },
)

it('[ST1] a collection that was filled before it had a type is checked when it gets one', () => {
  const early = new MapSchema<number>()
  early.set('a', 1_000)
  expect(() => Object.assign(new Bags(), { map: early })).toThrowError(RangeError)
})

it('fields that a client writes are not checked: inputs are mended instead', () => {
  const Input = schema({ stick: t.float32().default(0) }, 'Input')
  uncheckFields(Input)
  const input = new Input()
  input.stick = Number.NaN
  expect(input.stick).toBeNaN()
})

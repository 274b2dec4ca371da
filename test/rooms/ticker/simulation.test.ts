import { expect, it } from 'vitest'
import { inventedShares, RandomWalk, Replay } from '../../../rooms/ticker/feed.ts'
import { EVENING, MATCHES } from '../../../rooms/ticker/recording.ts'
import { Market } from '../../../rooms/ticker/simulation.ts'
import { HISTORY_POINTS, MAX_VALUES, MAX_WATCHED } from '../../../rooms/ticker/tuning.ts'
import { BulletinWriter, type News, readBulletin } from '../../../rooms/ticker/wire.ts'
import { seededRandom } from '../../../shared/random.ts'

const NOW_MS = 1_000_000
const market = () => new Market([...inventedShares(20), ...MATCHES])
const quote = (values: number[], atMs = 1_000, symbol = 'BABA0') => ({ symbol, values, atMs })

it('[TI2] takes a quote for a symbol it knows, and says why it left another out', () => {
  const one = market()
  expect(inventedShares(1)[0]!.symbol).toBe('BABA0')
  expect(one.accept(quote([10]), NOW_MS)).toBe(0)
  expect(one.accept(quote([10], 1_000, 'NONE'), NOW_MS)).toBe('unknown')
  for (const values of [[Number.NaN], [Infinity], [], [1, 2, 3, 4, 5], 'x' as never, undefined as never])
    expect(one.accept(quote(values), NOW_MS)).toBe('malformed')
  expect(one.accept(quote([10], Number.NaN), NOW_MS)).toBe('malformed')
  for (const nothing of [null, undefined, 7, 'BABA0'])
    expect(one.accept(nothing as never, NOW_MS)).toBe('malformed')
  expect(one.accept(quote([11], 999), NOW_MS)).toBe('late')
  expect(one.valuesOf(0)).toEqual([10])
  const reused = [11]
  one.accept(quote(reused), NOW_MS)
  reused[0] = Number.NaN
  expect(one.valuesOf(0)).toEqual([11])
})

it('[TI2] a quote from the future counts as of now, so that those after it are not late', () => {
  const one = market()
  expect(one.accept(quote([10], 1e15), 1_000)).toBe(0)
  expect(one.accept(quote([11], 999), 1_100)).toBe('late')
  expect(one.accept(quote([12], 1_100), 1_100)).toBe(0)
  expect(one.valuesOf(0)).toEqual([12])
})

it('[TI3] numbers changes, so that who missed some knows which symbols they were', () => {
  const one = market()
  expect([one.changes, one.changeOf(0)]).toEqual([0, 0])
  one.accept(quote([10]), NOW_MS)
  const told = one.changes
  one.accept(quote([20], 1_000, MATCHES[0]!.symbol), NOW_MS)
  one.accept(quote([Number.NaN], 2_000), NOW_MS)
  expect(one.changeOf(0)).toBeLessThanOrEqual(told)
  expect(one.changeOf(one.idOf(MATCHES[0]!.symbol)!)).toBeGreaterThan(told)
})

it('keeps one point of history a second, and no more than it may', () => {
  const one = market()
  for (let step = 0; step < 1_000; step++) one.accept(quote([step], 1_000 + step * 100), NOW_MS)
  const { history, values } = one.snapshot(0)
  expect(history).toHaveLength(HISTORY_POINTS)
  expect(history.at(-1)).toBe(990)
  expect(history[1]! - history[0]!).toBe(10)
  expect(values).toEqual([999])
})

it('finds symbols by a part of either name, those that begin with it first', () => {
  const one = market()
  expect(one.find('lions', 5)).toMatchObject([{ symbol: 'LIO-HAR', kind: 'match' }])
  expect(one.find('', 7)).toHaveLength(7)
  expect(one.find('TOW', 5)).toMatchObject([{ symbol: 'MIL-TOW' }])
  expect(one.find('nothing like it', 5)).toEqual([])
})

it('refuses a list that cannot be told apart on the wire', () => {
  expect(() => new Market([...MATCHES, ...MATCHES])).toThrow('twice')
  const [one] = inventedShares(1)
  for (const symbol of ['', 'x'.repeat(25)])
    expect(() => new Market([{ ...one!, symbol }])).toThrow('1 to 24 characters')
  const many = Array.from({ length: 65_536 }, (_, index) => ({ ...one!, symbol: String(index) }))
  expect(() => new Market(many)).toThrow('more than 65535')
  expect(new Market(many.slice(1)).size).toBe(65_535)
})

it('the same seed walks the same way, and prices stay sound', () => {
  const shares = inventedShares(2_000)
  expect(new Set(shares.map(({ symbol }) => symbol)).size).toBe(2_000)
  const walk = () => new RandomWalk(shares, { random: seededRandom(7) })
  const [a, b] = [walk(), walk()]
  for (let step = 0; step < 20; step++) {
    const quotes = a.take(step)
    expect(quotes).toEqual(b.take(step))
    for (const { values } of quotes) expect(values[0]).toBeGreaterThan(0)
  }
})

it('a recording is played in order, as late as it was, and begins anew', () => {
  const replay = new Replay(EVENING)
  expect(replay.take(0)).toHaveLength(MATCHES.length)
  expect(replay.take(1_000)).toEqual([])
  expect(replay.take(2_000)).toHaveLength(MATCHES.length)
  const rest = replay.take(EVENING.seconds * 1_000 - 1)
  expect(rest.at(-1)).toMatchObject({ values: [3, 1, 90] })
  expect(replay.take(EVENING.seconds * 1_000)).toMatchObject(MATCHES.map(() => ({ values: [0, 0, 0] })))
})

it('news come off the wire as they were packed', () => {
  const news = [
    { id: 0, values: [12.34] },
    { id: 65_535, values: [1, 2, 90] },
  ]
  const writer = new BulletinWriter()
  const packed = (sentMs: number, all: readonly News[]) => {
    writer.begin(sentMs)
    for (const { id, values } of all) writer.add(id, values)
    expect(writer.isEmpty).toBe(all.length === 0)
    return writer.bytes
  }
  expect(readBulletin(packed(1_234.5, news))).toEqual({ sentMs: 1_234.5, news })
  expect(readBulletin(packed(1, []))).toEqual({ sentMs: 1, news: [] })
  const most = Array.from({ length: MAX_WATCHED }, (_, id) => ({ id, values: Array(MAX_VALUES).fill(id) }))
  expect(readBulletin(packed(2, most)).news).toEqual(most)
  expect(readBulletin(packed(1, news).subarray(0, 10)).news).toEqual([])
})

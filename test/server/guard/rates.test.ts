import { expect, it } from 'vitest'
import { networkOf } from '../../../server/guard/network.ts'
import { Rates } from '../../../server/guard/rates.ts'
import { Tally } from '../../../server/guard/tally.ts'

const rate = { perSecond: 2, burst: 4 }

it('each sender has a burst of its own, and then the rate', () => {
  const rates = new Rates()
  for (let i = 0; i < 4; i++) expect(rates.take('a', 1_000, rate)).toBe(0)
  expect(rates.take('a', 1_000, rate)).toBe(500)
  expect(rates.take('b', 1_000, rate)).toBe(0)
  expect(rates.take('a', 1_400, rate)).toBe(100)
  expect(rates.take('a', 1_500, rate)).toBe(0)
  expect(rates.take('a', 60_000, rate, 4)).toBe(0)
})

it('asking how long to wait takes nothing', () => {
  const rates = new Rates()
  expect(rates.waitMs('a', 0, rate)).toBe(0)
  for (let i = 0; i < 4; i++) rates.take('a', 0, rate)
  expect([rates.waitMs('a', 0, rate), rates.waitMs('a', 250, rate), rates.waitMs('a', 500, rate)]).toEqual([
    500, 250, 0,
  ])
  expect(rates.take('a', 500, rate)).toBe(0)
})

it('memory is bounded: of very many senders those heard of last are remembered', () => {
  const rates = new Rates()
  for (let i = 0; i < 4; i++) rates.take('busy', 0, rate)
  for (let i = 0; i < 50_000; i++) {
    rates.take(`sender ${i}`, 0, rate)
    if (i % 5_000 === 0) expect(rates.take('busy', 0, rate)).toBeGreaterThan(0)
  }
  expect(rates.size).toBe(10_000)
})

it('a tally forgets whom it counts none of, and takes back only once', () => {
  const tally = new Tally()
  const [first, second] = [tally.add('a', 2), tally.add('a')]
  expect(tally.of('a')).toBe(3)
  first()
  first()
  expect(tally.of('a')).toBe(1)
  second()
  expect(tally.of('a')).toBe(0)
})

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::1'],
  ['fe80::1', 'fe80::2%eth0'],
])('%s and %s count as one sender', (one, other) => {
  expect(networkOf(one)).toBe(networkOf(other))
})

it('neighbouring networks count apart', () => {
  expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'))
  expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.2.8'))
})

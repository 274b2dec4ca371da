import { expect, it } from 'vitest'
import { fittedExponent } from '../../bench/worlds/fit.ts'
import { checkMoving, checkSeen } from '../../bench/worlds/truth.ts'

// What fails the big benchmark: a server that sends nothing, too little, too much, or what is not so.

const truth = { a: { x: 0, y: 0 }, b: { x: 300, y: 0 }, c: { x: 500, y: 0 } }

it('a client that sees exactly who is near passes', () => {
  expect(checkSeen(truth, { a: { a: truth.a, b: truth.b } })).toBeUndefined()
})

it.each([
  ['nobody', {}, /does not see itself/],
  ['not all who are near', { a: truth.a }, /does not see b, who is near/],
  ['who is far away', truth, /sees c, who is far away/],
  ['who is not there', { a: truth.a, b: truth.b, d: truth.b }, /sees d, who is not there/],
  ['somebody in the wrong place', { a: truth.a, b: { x: 301, y: 0 } }, /sees b in the wrong place/],
])('a client that sees %s does not', (_what, seen, fault) => {
  expect(checkSeen(truth, { a: seen })).toMatch(fault)
})

it('a client that does not see everybody in a room without areas does not pass', () => {
  expect(checkSeen(truth, { a: truth }, 3)).toBeUndefined()
  expect(checkSeen(truth, { a: { a: truth.a, b: truth.b } }, 3)).toMatch(/sees 2 of 3/)
})

it('what stands still or is not seen at all does not pass for a world in which all move', () => {
  const later = { a: { x: 8, y: 0 }, b: { x: 300, y: 8 }, c: { x: 500, y: 0 } }
  expect(checkMoving({ a: { a: truth.a, b: truth.b } }, { a: later })).toBeUndefined()
  expect(checkMoving({ a: truth }, { a: truth })).toMatch(/of 3 whom sampled players see, 0 move/)
  expect(checkMoving({ a: {} }, { a: {} })).toMatch(/see nobody/)
})

it('the exponent of a power law is found again', () => {
  const sizes = [100, 200, 400, 800, 1_200]
  expect(fittedExponent(sizes.map((size) => [size, 3 * size]))).toBeCloseTo(1)
  expect(fittedExponent(sizes.map((size) => [size, 0.1 * size ** 1.7]))).toBeCloseTo(1.7)
})

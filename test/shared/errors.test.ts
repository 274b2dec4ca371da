import { describe, expect, it } from 'vitest'
import type { ErrorEntry } from '../../shared/error-table.ts'
import { codeOfWire, ERRORS, type ErrorCode, FairgroundError, wireOf } from '../../shared/errors.ts'
import { CLOSE_CODES } from '../../shared/protocol.ts'

const CODES = Object.keys(ERRORS) as ErrorCode[]
const entryOf = (code: ErrorCode): ErrorEntry => ERRORS[code]
const ON_THE_WIRE = CODES.filter((code) => entryOf(code).wire !== undefined)

it.each(CODES)('[ER1] %s says what happened, what to do and whether trying again can help', (code) => {
  const { retry, message, next } = entryOf(code)
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
  expect(message, 'a sentence').toMatch(/^[A-Z].*\.$/)
  expect(message.length).toBeLessThanOrEqual(100)
  expect(next, 'a sentence, or one that ends in code').toMatch(/^[A-Z].*[.)}0-9]$/)
  expect(next).not.toBe(message)
  expect(['never', 'change', 'later']).toContain(retry)
})

describe('[ER2] numbers on the wire', () => {
  it('have one meaning each, there and back', () => {
    expect(new Set(ON_THE_WIRE.map(wireOf)).size).toBe(ON_THE_WIRE.length)
    for (const code of ON_THE_WIRE) expect(codeOfWire(wireOf(code))).toBe(code)
  })

  it.each(ON_THE_WIRE)('of %s fit an HTTP status or a close code', (code) => {
    const wire = wireOf(code)
    const isStatus = wire >= 400 && wire < 600
    const isCloseCode = wire >= 4000 && wire < 5000
    expect(isStatus || isCloseCode).toBe(true)
  })

  it('are no close codes with another meaning', () => {
    const meanings = new Map<number, string>(Object.entries(CLOSE_CODES).map(([name, code]) => [code, name]))
    const shared = ON_THE_WIRE.filter((code) => meanings.has(wireOf(code)))
    expect(shared.map((code) => [code, meanings.get(wireOf(code))])).toEqual([['KICKED', 'withError']])
  })

  it('are unknown where the table has none', () => {
    for (const wire of [0, -1, 200, 404, 999, 4999, Number.NaN, 1e9]) expect(codeOfWire(wire)).toBeUndefined()
  })

  it('are INTERNAL for errors that never cross it', () => {
    expect(wireOf('PORT_IN_USE')).toBe(500)
    expect(new FairgroundError('PORT_IN_USE').wire).toBe(500)
    expect(codeOfWire(500)).toBe('INTERNAL')
  })
})

describe('an error', () => {
  it('says what the table says', () => {
    const error = new FairgroundError('ROOM_FULL')
    const { message, next, retry } = ERRORS.ROOM_FULL
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'FairgroundError',
      code: 'ROOM_FULL',
      message,
      next,
      retry,
      causes: [],
    })
    expect(error.wire).toBe(4301)
    expect(String(error)).toBe(`FairgroundError: ${message}`)
    expect(error.stack).toContain('errors.test.ts')
  })

  it('says more where more is known', () => {
    const cause = new Error('why')
    const error = new FairgroundError('CONNECTION_FAILED', {
      message: 'It broke.',
      next: 'Mend it.',
      causes: ['rust'],
      cause,
    })
    expect(error).toMatchObject({ message: 'It broke.', next: 'Mend it.', causes: ['rust'], cause })
    expect(error.retry, 'the table alone says this').toBe('later')
  })

  it('has no cause where none is known', () => {
    expect('cause' in new FairgroundError('INTERNAL')).toBe(false)
    expect('cause' in new FairgroundError('INTERNAL', { cause: undefined })).toBe(false)
    expect(new FairgroundError('INTERNAL', { cause: null }).cause).toBeNull()
  })
})

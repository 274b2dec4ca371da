import { expect, it } from 'vitest'
import { renewalDueMs, retryAfterMs } from '../../../../server/tls/acme/renewal.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const FROM_MS = Date.UTC(2026, 10, 1)

it.each([90, 45, 6])(
  '[AC5] a certificate of %d days is due after two thirds of them, give or take a twentieth',
  (days) => {
    const lifetime = { validFromMs: FROM_MS, expiresAtMs: FROM_MS + days * DAY_MS }
    const dueDays = [0, 0.5, 1].map((random) => (renewalDueMs(lifetime, random) - FROM_MS) / DAY_MS)
    expect(dueDays[0]).toBeCloseTo(days * (2 / 3 - 0.05), 6)
    expect(dueDays[1]).toBeCloseTo(days * (2 / 3), 6)
    expect(dueDays[2]).toBeCloseTo(days * (2 / 3 + 0.05), 6)
  },
)

it.each([90, 45, 6])(
  '[AC6] a certificate of %d days that cannot be renewed is tried at least eight times before it runs out',
  (days) => {
    let leftMs = days * DAY_MS * (1 / 3 - 0.05)
    let tries = 0
    for (; leftMs > HOUR_MS; tries++) leftMs -= retryAfterMs(tries + 1, { leftMs, random: 1 })
    expect(tries).toBeGreaterThanOrEqual(8)
  },
)

it('[AC6] waits longer after each failure, up to half a day, and never in step with others', () => {
  const leftMs = 30 * DAY_MS
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => retryAfterMs(failures, { leftMs, random: 0.5 }))
  expect(waits.map((ms) => ms / MINUTE_MS)).toEqual([15, 30, 60, 120, 240, 480, 720, 720])
  expect(retryAfterMs(1, { leftMs, random: 0 })).toBe(13.5 * MINUTE_MS)
  expect(retryAfterMs(1, { leftMs, random: 0.999_999 })).toBeCloseTo(16.5 * MINUTE_MS, -2)
})

it('[AC6] without a certificate it retries after a minute and then within two hours, but not five times an hour', () => {
  const without = { leftMs: 0, random: 0 }
  const waits = [1, 2, 3, 4, 5, 6, 50].map((failures) => retryAfterMs(failures, without) / MINUTE_MS)
  expect(waits).toEqual([0.9, 13.5, 27, 54, 108, 108, 108])
  const untilTheFifth = waits.slice(0, 4).reduce((sum, minutes) => sum + minutes)
  expect(untilTheFifth).toBeGreaterThan(60)
})

it('[AC6] waits as long as the authority asks when that is longer', () => {
  expect(retryAfterMs(1, { leftMs: 0, random: 0.5, askedToWaitMs: 7 * DAY_MS })).toBe(7 * DAY_MS)
  expect(retryAfterMs(1, { leftMs: DAY_MS, random: 0.5, askedToWaitMs: 1000 })).toBe(15 * MINUTE_MS)
})

it('[AC5] a clock that is wrong makes nothing due again as soon as it is issued', () => {
  const lifetime = { validFromMs: FROM_MS, expiresAtMs: FROM_MS + 90 * DAY_MS }
  const obtainedMs = FROM_MS + 70 * DAY_MS
  expect(renewalDueMs(lifetime, 0.5, obtainedMs)).toBe(obtainedMs + 27 * DAY_MS)
  expect(renewalDueMs(lifetime, 0.5, FROM_MS)).toBe(FROM_MS + 60 * DAY_MS)
})

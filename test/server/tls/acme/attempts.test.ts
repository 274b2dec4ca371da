import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AcmeOptions } from '../../../../server/tls/acme/acme-options.ts'
import { eventually } from '../../../eventually.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { keepFrom, servedSerial } from './keep.ts'
import { startPebble } from './pebble.ts'
import { type Answer, problem, startProxy } from './proxy.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

async function authority() {
  const port = await freePort()
  const pebble = await startPebble({ tlsPort: port, validitySeconds: 36_000 })
  const proxy = await startProxy(pebble)
  const certsFolder = scratchFolder()
  const clock = { aheadMs: 0 }
  /** One start of a server, of somebody who starts it over and over. */
  const start = (more: Partial<AcmeOptions> = {}) =>
    keepFrom({ acme: { ...proxy.acme, ...more }, certsFolder, port, clock })
  return { pebble, proxy, port, clock, certsFolder, start }
}

/** Lets everything pass but orders, which get this answer. */
function noOrders(answer: Answer) {
  return (path: string, forward: () => Promise<Answer>) =>
    path.startsWith('/order-plz') ? Promise.resolve(answer) : forward()
}

describe.skipIf(missing('pebble', 'openssl'))(
  'a certificate that could not be had',
  { timeout: 120_000 },
  () => {
    it('[AC11] is not asked for by each of the starts of a server that is started over and over', async () => {
      const { proxy, clock, certsFolder, start } = await authority()
      proxy.alter = noOrders(problem(403, 'rejectedIdentifier'))
      await expect(start()).rejects.toMatchObject({ code: 'ACME_REFUSED' })
      const asked = proxy.requests
      for (let again = 0; again < 5; again++) {
        await expect(start()).rejects.toMatchObject({
          code: 'ACME_WAITING',
          message: expect.stringMatching(
            /failed at 20\S+Z: .*Not today.* The next attempt may begin at 20\S+Z\.$/,
          ),
          next: expect.stringContaining('fairground certs issue'),
        })
      }
      expect(proxy.requests).toBe(asked)
      const [folder] = readdirSync(join(certsFolder, 'acme'))
      expect(statSync(join(certsFolder, 'acme', folder!, 'game.example.failed.json')).mode & 0o777).toBe(
        0o600,
      )
      clock.aheadMs = 70_000
      proxy.alter = (_path, forward) => forward()
      await start()
      expect(
        readdirSync(join(certsFolder, 'acme', folder!)).filter((file) => file.includes('failed')),
      ).toEqual([])
    })

    it('[AC11] is asked for at once with other options, or when nothing had reached the authority', async () => {
      const { pebble, proxy, start } = await authority()
      proxy.alter = async () => 'silence'
      await expect(start({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'ACME_UNREACHABLE' })
      proxy.alter = (_path, forward) => forward()
      await expect(start({ challenge: 'http-01' })).rejects.toMatchObject({ code: 'ACME_REFUSED' })
      await start({ challenge: 'tls-alpn-01' })
      expect(pebble.issued()).toBe(1)
    })

    it.each<[string, Record<string, string>, number]>([
      ['seconds', { 'retry-after': '7200' }, 2 * HOUR_MS],
      ['a date', { 'retry-after': new Date(Date.now() + 3 * HOUR_MS).toUTCString() }, 3 * HOUR_MS],
    ])('[AC6] waits as long as a rate-limiting authority asks in %s', async (_what, headers, waitMs) => {
      const { pebble, proxy, clock, start } = await authority()
      proxy.alter = noOrders(problem(429, 'rateLimited', headers))
      await expect(start()).rejects.toMatchObject({
        code: 'ACME_RATE_LIMITED',
        message: expect.stringMatching(/too many requests: Not today.*asks to wait \d+ s/),
      })
      proxy.alter = (_path, forward) => forward()
      clock.aheadMs = waitMs - 2 * MINUTE_MS
      await expect(start()).rejects.toMatchObject({ code: 'ACME_WAITING' })
      clock.aheadMs = waitMs + MINUTE_MS
      await start()
      expect(pebble.issued()).toBe(1)
    })

    it('[AC6] waits for an authority that is busy already at its directory', async () => {
      const { proxy, start } = await authority()
      proxy.alter = async () => problem(503, 'serverInternal', { 'retry-after': '600' })
      await expect(start()).rejects.toMatchObject({ code: 'ACME_RATE_LIMITED' })
      const asked = proxy.requests
      await expect(start()).rejects.toMatchObject({ code: 'ACME_WAITING' })
      expect(proxy.requests).toBe(asked)
    })

    it('[AC6] is asked for again by a running server, ever later, and had in the end', async () => {
      const { proxy, port, clock, start } = await authority()
      const { events } = await start()
      const before = await servedSerial(port)
      events.length = 0
      proxy.alter = noOrders(problem(403, 'rejectedIdentifier'))
      clock.aheadMs = 7 * HOUR_MS
      // At random 0.5: after 15 minutes, then after 30.
      for (const [failures, minutes] of [
        [1, 0],
        [2, 16],
        [3, 31],
      ] as const) {
        clock.aheadMs += minutes * MINUTE_MS
        await eventually(() => expect(events).toHaveLength(failures))
        const asked = proxy.requests
        clock.aheadMs += 10 * MINUTE_MS
        expect(await servedSerial(port)).toBe(before)
        clock.aheadMs -= 10 * MINUTE_MS
        expect(proxy.requests).toBe(asked)
      }
      proxy.alter = (_path, forward) => forward()
      clock.aheadMs += 61 * MINUTE_MS
      await eventually(() => {
        expect(events.at(-1)).toMatchObject({ type: 'replaced' })
        clock.aheadMs = 0
      })
      expect(await servedSerial(port)).not.toBe(before)
    })
  },
)

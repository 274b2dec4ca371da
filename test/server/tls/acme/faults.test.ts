import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type AcmeOptions, directoryFolder } from '../../../../server/tls/acme/acme-options.ts'
import { eventually } from '../../../eventually.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { openssl, opensslChain } from '../openssl-chain.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { keepFrom, servedSerial } from './keep.ts'
import { startPebble } from './pebble.ts'
import { type Alter, type Answer, problem, startProxy } from './proxy.ts'

const HOUR_MS = 3_600_000

/** An authority whose answers a test may alter, and what somebody needs to get a certificate from it. */
async function authority() {
  const port = await freePort()
  const pebble = await startPebble({ tlsPort: port, validitySeconds: 3600 })
  const proxy = await startProxy(pebble)
  return { pebble, proxy, port, certsFolder: scratchFolder() }
}

function certificatePath(certsFolder: string, { directory }: AcmeOptions): string {
  return join(certsFolder, 'acme', directoryFolder(directory!), 'game.example.pem')
}

const json = (body: unknown): Answer => ({
  ...{ status: 200, headers: { 'content-type': 'application/json' } },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** Alters the answers to requests for one kind of thing, but for refused nonces, and lets all others pass. */
function altering(kind: string, alter: (answer: Answer) => Answer | 'silence'): Alter {
  return async (path, forward) => {
    const answer = await forward()
    return path.startsWith(`/${kind}`) && answer.status < 400 ? alter(answer) : answer
  }
}

const pending = (answer: Answer): Answer => ({ ...answer, body: answer.body.replace('"valid"', '"pending"') })

describe.skipIf(missing('pebble', 'openssl'))(
  'an authority that does not do as it should',
  { timeout: 120_000 },
  () => {
    it.each<[string, string, RegExp, Alter]>([
      ['is silent', 'ACME_UNREACHABLE', /does not answer: it had 1 s/, async () => 'silence'],
      ['hangs up', 'ACME_UNREACHABLE', /does not answer: socket hang up/, () => Promise.reject()],
      [
        'shows a page',
        'ACME_UNREACHABLE',
        /not the directory of an ACME/,
        async () => json('<h1>Welcome</h1>'),
      ],
      ['answers null', 'ACME_UNREACHABLE', /not the directory of an ACME/, async () => json(null)],
      ['answers without an end', 'ACME_UNREACHABLE', /no end/, async () => json('{'.repeat(1_100_000))],
      [
        'has a fault',
        'ACME_UNREACHABLE',
        /fault of its own: Not today/,
        async () => problem(500, 'serverInternal'),
      ],
      [
        'refuses the name',
        'ACME_REFUSED',
        /refused: Not today\. \(rejectedIdentifier\)/,
        altering('order-plz', () => problem(403, 'rejectedIdentifier')),
      ],
      ['never decides', 'ACME_UNREACHABLE', /not decided within 4 s/, altering('authZ', pending)],
      ['loses the order', 'ACME_UNREACHABLE', /not an order/, altering('my-order', () => json([1, 2]))],
      [
        'loses the address',
        'ACME_UNREACHABLE',
        /no address/,
        altering('order-plz', ({ body }) => json(body)),
      ],
      [
        'offers no proof',
        'ACME_REFUSED',
        /by tls-alpn-01; it offers nothing/,
        altering('authZ', withoutChallenges),
      ],
      [
        'sends text in place of a certificate',
        'CERTIFICATE_INVALID',
        /no certificate/,
        altering('certZ', () => json('sorry')),
      ],
      ['sends half a certificate', 'CERTIFICATE_INVALID', /damaged or cut off/, altering('certZ', damaged)],
    ])(
      '[AC7] and %s is %s, at the start and at a renewal that the old certificate outlives',
      async (_what, code, says, alter) => {
        const { proxy, port, certsFolder } = await authority()
        const acme = { ...proxy.acme, timeoutMs: 1000 }
        proxy.alter = alter
        await expect(keepFrom({ acme, certsFolder, port })).rejects.toMatchObject({
          code,
          message: expect.stringMatching(says),
        })
        expect(existsSync(certificatePath(certsFolder, acme))).toBe(false)

        proxy.alter = (_path, forward) => forward()
        const clock = { aheadMs: 2 * 60_000 }
        const { events } = await keepFrom({ acme, certsFolder, port, clock })
        const [before, written] = [await servedSerial(port), readFileSync(certificatePath(certsFolder, acme))]
        events.length = 0
        proxy.alter = alter
        clock.aheadMs = 0.7 * HOUR_MS
        await eventually(() => expect(events).toMatchObject([{ type: 'failed', error: { code } }]))
        expect(await servedSerial(port)).toBe(before)
        expect(readFileSync(certificatePath(certsFolder, acme))).toEqual(written)
        const strays = readdirSync(dirname(certificatePath(certsFolder, acme))).filter((file) =>
          /tmp|room|lock/.test(file),
        )
        expect(strays).toEqual([])
      },
    )

    it.each<[string, string, RegExp, { name: string; days?: number; ownKey?: boolean }]>([
      [
        'other names',
        'CERTIFICATE_WRONG_NAME',
        /is for other\.example and not for game\.example/,
        { name: 'other.example' },
      ],
      ['another key', 'CERTIFICATE_KEY_MISMATCH', /another key/, { name: 'game.example', ownKey: true }],
      ['yesterday', 'CERTIFICATE_EXPIRED', /expired on/, { name: 'game.example', days: 0 }],
    ])(
      '[AC12] and issues for %s: it is refused, and nothing is written',
      async (_what, code, says, { name, days = 30, ownKey = false }) => {
        const { proxy, port, certsFolder } = await authority()
        const folder = scratchFolder()
        const chain = opensslChain(folder, { name, days })
        let csr = ''
        proxy.alter = async (path, forward, body) => {
          if (path.startsWith('/finalize')) csr = csrIn(body)
          const answer = await forward()
          if (!path.startsWith('/certZ') || answer.status >= 400) return answer
          return {
            ...answer,
            body: readFileSync(ownKey ? chain.fullchain : signed(folder, csr, { name, days }), 'utf8'),
          }
        }
        await expect(keepFrom({ acme: proxy.acme, certsFolder, port })).rejects.toMatchObject({
          code,
          message: expect.stringMatching(says),
        })
        expect(existsSync(certificatePath(certsFolder, proxy.acme))).toBe(false)
      },
    )

    it('[AC4] never serves what another directory issued', async () => {
      const { pebble, proxy, port, certsFolder } = await authority()
      const staging = await keepFrom({ acme: proxy.acme, certsFolder, port })
      const before = await servedSerial(port)
      await staging.close()
      await keepFrom({
        acme: { ...proxy.acme, directory: pebble.directory, ca: pebble.ca },
        certsFolder,
        port,
      })
      expect(await servedSerial(port)).not.toBe(before)
      expect(pebble.issued()).toBe(2)
    })

    it.each([
      ['empty', () => ''],
      ['cut off', (pem: string) => pem.slice(0, pem.length / 2)],
      [
        'of another key',
        (pem: string) => pem.replace(/-----BEGIN PRIVATE KEY.*?END PRIVATE KEY-----/s, anotherKey()),
      ],
    ])('[AC12] a kept certificate that is %s is not served: a new one is issued', async (_what, spoil) => {
      const { pebble, proxy, port, certsFolder } = await authority()
      const first = await keepFrom({ acme: proxy.acme, certsFolder, port })
      const before = await servedSerial(port)
      await first.close()
      const path = certificatePath(certsFolder, proxy.acme)
      writeFileSync(path, spoil(readFileSync(path, 'utf8')))
      await keepFrom({ acme: proxy.acme, certsFolder, port })
      expect(await servedSerial(port)).not.toBe(before)
      expect(pebble.issued()).toBe(2)
    })
  },
)

function withoutChallenges(answer: Answer): Answer {
  return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), challenges: [] }) }
}

function damaged(answer: Answer): Answer {
  return { ...answer, body: answer.body.replace(/\n[^-]{64}\n/, '\n') }
}

function csrIn(body: string): string {
  const { payload } = JSON.parse(body) as { payload: string }
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { csr: string }).csr
}

/** A certificate for the key in the request, but for other names or days than were asked for. */
function signed(folder: string, csr: string, { name, days }: { name: string; days: number }): string {
  const path = (file: string) => join(folder, file)
  writeFileSync(path('asked.csr'), Buffer.from(csr, 'base64url'))
  writeFileSync(path('asked.ext'), `subjectAltName=DNS:${name}`)
  const authority = [
    '-CA',
    path('a-intermediate.pem'),
    '-CAkey',
    path('a-intermediate.key'),
    '-CAcreateserial',
  ]
  const given = [
    '-inform',
    'DER',
    '-in',
    path('asked.csr'),
    '-extfile',
    path('asked.ext'),
    '-days',
    String(days),
  ]
  openssl('x509', '-req', ...given, ...authority, '-out', path('asked.pem'))
  return path('asked.pem')
}

function anotherKey(): string {
  return readFileSync(opensslChain(scratchFolder()).key, 'utf8').trim()
}

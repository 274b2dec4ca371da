import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkExpiry } from '../../../cli/doctor/expiry.ts'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { freePort } from '../../free-port.ts'
import { missing } from '../../needs.ts'
import { nginx, nginxServer } from '../../nginx.ts'
import { openssl, opensslChain } from '../../server/tls/openssl-chain.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { examined } from './examined.ts'

const rooms = { arena: class extends GameRoom {} }
const DAY_MS = 86_400_000

const joined = (path: string, ...parts: string[]): string => {
  writeFileSync(path, parts.map((part) => readFileSync(part, 'utf8')).join(''))
  return path
}

/** The address of a match server behind an nginx with that certificate, and port for its name `localhost`. */
async function behindNginx(files: { cert: string; key: string; protocols?: string; server?: string }) {
  const game = await startTestServer({ rooms, tls: 'proxy' })
  const port = await freePort()
  await nginx(nginxServer({ port, ...files, upstream: game.server.address!.port }), [port])
  return { game, address: `wss://localhost:${port}`, [Symbol.asyncDispose]: () => game.close() }
}

describe.skipIf(missing('nginx', 'openssl'))('a certificate in nginx', () => {
  it('with its chain, from an authority that is known, is fine', async () => {
    const { root, fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
    await using site = await behindNginx({ cert: fullchain, key })
    const { wrong, of } = await examined(site.address, '--ca', root)
    expect(wrong).toEqual([])
    expect(of('Chain').found).toBe('complete: x ← Test Intermediate')
    expect(of('Key').found).toBe('ECDSA prime256v1')
  })

  it('without its intermediate one is told, with the name of what is missing', async () => {
    const { root, leaf, key } = opensslChain(scratchFolder(), { name: 'localhost' })
    await using site = await behindNginx({ cert: leaf, key })
    const { wrong, of } = await examined(site.address, '--ca', root)
    expect(wrong).toEqual(['Chain', 'Trust'])
    expect(of('Chain').found).toMatch(/^the intermediate certificate is missing: .*"Test Intermediate"/)
    expect(of('Chain').fix).toContain('fullchain')
    expect(of('Upgrade').verdict).toBe('good')
  })

  it('with its chain but from an authority that nobody knows is not said to lack a part', async () => {
    const { fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
    await using site = await behindNginx({ cert: fullchain, key })
    const { wrong, of } = await examined(site.address)
    expect(wrong).toEqual(['Trust'])
    expect(of('Trust').found).toContain('from "Test Root", which is not trusted here')
  })

  it('with the root behind its chain makes a warning', async () => {
    const folder = scratchFolder()
    const { root, fullchain, key } = opensslChain(folder, { name: 'localhost' })
    const cert = joined(join(folder, 'all.pem'), fullchain, root)
    await using site = await behindNginx({ cert, key })
    const { code, wrong, of } = await examined(site.address, '--ca', root)
    expect({ code, wrong }).toEqual({ code: 0, wrong: ['Chain'] })
    expect(of('Chain').found).toContain('the root "Test Root" is sent needlessly')
  })

  it('with its chain out of order makes a warning', async () => {
    const folder = scratchFolder()
    const { root, leaf, intermediate, key } = opensslChain(folder, { name: 'localhost' })
    const cert = joined(join(folder, 'all.pem'), leaf, root, intermediate)
    await using site = await behindNginx({ cert, key })
    const { code, wrong, of } = await examined(site.address, '--ca', root)
    expect({ code, wrong }).toEqual({ code: 0, wrong: ['Chain'] })
    expect(of('Chain').found).toContain('not in order')
  })

  it('that is expired is told, and only that', async () => {
    const { root, fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost', days: -1 })
    await using site = await behindNginx({ cert: fullchain, key })
    const { code, wrong, of } = await examined(site.address, '--ca', root)
    expect({ code, wrong }).toEqual({ code: 1, wrong: ['Expiry'] })
    expect(of('Expiry').found).toMatch(/^the certificate expired on \d{4}-\d\d-\d\d$/)
  })

  it('for another name is told, and only that', async () => {
    const { root, fullchain, key } = opensslChain(scratchFolder(), { name: 'game.example' })
    await using site = await behindNginx({ cert: fullchain, key })
    const { wrong, of } = await examined(site.address, '--ca', root)
    expect(wrong).toEqual(['Name'])
    expect(of('Name').found).toBe('the certificate is for game.example, and not for localhost')
  })

  it('that signs itself is told as such', async () => {
    const folder = scratchFolder()
    const [cert, key] = [join(folder, 'own.pem'), join(folder, 'own.key')]
    const names = ['-subj', '/CN=me', '-addext', 'subjectAltName=DNS:localhost']
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '90',
      ...names,
    )
    await using site = await behindNginx({ cert, key })
    const { wrong, of } = await examined(site.address)
    expect(wrong).toEqual(['Trust'])
    expect(of('Trust').found).toContain('self-signed ("me")')
    expect(of('Key').found).toContain('RSA with 2048 bits')
  })

  it('does not hide that old versions of TLS are spoken, and the newest is not', async () => {
    const { root, fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
    const old = { protocols: 'TLSv1 TLSv1.1 TLSv1.2', server: 'ssl_ciphers DEFAULT@SECLEVEL=0;' }
    await using site = await behindNginx({ cert: fullchain, key, ...old })
    const { code, wrong, of } = await examined(site.address, '--ca', root)
    expect({ code, wrong }).toEqual({ code: 0, wrong: ['TLS', 'Old TLS'] })
    expect(of('TLS').found).toContain('TLS 1.3 is not offered')
    expect(of('Old TLS').found).toBe('TLSv1.1 is accepted')
  })
})

describe.skipIf(missing('openssl'))('the time that a certificate has left', () => {
  const certificateOf = (days: number): X509Certificate =>
    new X509Certificate(readFileSync(opensslChain(scratchFolder(), { days }).leaf))

  it.each([
    ['90 days', 90, 14.5, 'good', '14 days left'],
    ['90 days', 90, 13.5, 'warning', '13 days left'],
    ['6 days', 6, 2.5, 'good', '2 days left'],
    ['6 days', 6, 1.5, 'warning', '36 hours left'],
  ])('of %s (%i), with %f left, is %s', (_what, days, leftDays, verdict, told) => {
    const certificate = certificateOf(days)
    const nowMs = certificate.validToDate.getTime() - leftDays * DAY_MS
    expect(checkExpiry([certificate], nowMs)).toMatchObject({ verdict, found: expect.stringContaining(told) })
  })

  it('is told for the intermediate one, too, and before it has begun', () => {
    const leaf = certificateOf(90)
    const short = certificateOf(6)
    const late = short.validToDate.getTime() + DAY_MS
    expect(checkExpiry([leaf, short], late).found).toMatch(/^an intermediate certificate expired/)
    const early = checkExpiry([leaf], leaf.validFromDate.getTime() - DAY_MS)
    expect(early).toMatchObject({ verdict: 'failure', found: expect.stringContaining('not valid before') })
  })
})

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { main } from '../../cli/main.ts'
import { ensureDevelopmentCertificate } from '../../server/tls/development-leaf.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { servedSerial } from '../server/tls/acme/keep.ts'
import { type Chain, openssl, opensslChain } from '../server/tls/openssl-chain.ts'
import { Command, project, run, serverFile } from './command.ts'

interface Listed {
  source: string
  names: string[]
  issuer: string
  expires: string
  problem: { code: string } | null
}

/** A game, and certificates beside it as an authority hands them out. */
function game() {
  const cwd = project({ 'server.ts': serverFile('arena') })
  const outside = join(cwd, '..')
  const imported = (): string[] => readdirSync(join(cwd, 'certs/imported')).sort()
  const importing = (...args: string[]) => run(['certs', 'import', ...args], { cwd })
  const status = async (...args: string[]) => {
    const { code, stdout } = await run(['certs', 'status', '--json', ...args], { cwd })
    return { code, found: JSON.parse(stdout) as Listed[] }
  }
  return { cwd, outside, imported, importing, status }
}

const pem = ({ fullchain, key }: Chain): string[] => ['--cert', fullchain, '--key', key]

describe.skipIf(missing('openssl'))('fairground certs import', () => {
  it('[CE6] keeps a copy that start finds by itself, and a running server takes the next one over', async () => {
    const { cwd, outside, imported, importing } = game()
    const first = opensslChain(outside, { id: 'a' })
    const { code, stdout, stderr } = await importing(...pem(first))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^✓ game\.example {2}imported\n {2}from Test Intermediate, valid 20.* to 20.*, \d+ days left\n/,
    )
    expect(imported()).toEqual(['game.example.pem'])
    expect(statSync(join(cwd, 'certs/imported/game.example.pem')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(cwd, 'certs/.gitignore'), 'utf8')).toContain('*')
    const port = await freePort()
    const server = new Command(['start', '--port', String(port), '--host', '127.0.0.1'], { cwd })
    await server.shows(/"msg":"listening"/)
    const before = await servedSerial(port)
    expect((await importing(...pem(opensslChain(outside, { id: 'b' })))).code).toBe(0)
    await expect.poll(() => servedSerial(port), { timeout: 10_000 }).not.toBe(before)
  })

  it('[CE6] takes encrypted keys and PFX files, with the passphrase out of a file', async () => {
    const { cwd, outside, imported, importing, status } = game()
    const chain = opensslChain(outside)
    const [secret, locked, pfx] = ['secret', 'locked.key', 'all.pfx'].map((file) => join(outside, file)) as [
      string,
      string,
      string,
    ]
    writeFileSync(secret, 'correct horse\n')
    openssl('pkcs8', '-topk8', '-in', chain.key, '-out', locked, '-passout', 'pass:correct horse')
    const sealed = ['--cert', chain.fullchain, '--key', locked]
    const without = await importing(...sealed)
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('[CERTIFICATE_PASSPHRASE]')])
    expect((await importing(...sealed, '--passphrase-file', secret)).code).toBe(0)
    expect(imported()).toEqual(['game.example.pem'])
    const parts = ['-in', chain.leaf, '-inkey', chain.key, '-certfile', chain.intermediate]
    openssl('pkcs12', '-export', ...parts, '-out', pfx, '-passout', 'pass:correct horse')
    expect((await importing('--pfx', pfx, '--passphrase-file', secret)).code).toBe(0)
    expect(imported()).toEqual(['game.example.passphrase', 'game.example.pfx'])
    for (const file of imported())
      expect(statSync(join(cwd, 'certs/imported', file)).mode & 0o777).toBe(0o600)
    expect(await status()).toMatchObject({
      code: 0,
      found: [{ source: 'imported', names: ['game.example'], problem: null }],
    })
    const port = await freePort()
    const server = new Command(['start', '--port', String(port), '--host', '127.0.0.1'], { cwd })
    await server.shows(/"msg":"listening"/)
    expect(await servedSerial(port)).toMatch(/^[0-9A-F]+$/)
  })

  it('[CE6] one that is refused changes nothing', async () => {
    const { cwd, outside, imported } = game()
    // In this process: a start of Node for each would take longer than everything else here.
    const importing = async (...args: string[]) => {
      const said = vi.spyOn(console, 'error').mockImplementation(() => {})
      const silent = vi.spyOn(console, 'log').mockImplementation(() => {})
      const code = await main(['certs', 'import', '--certs-folder', join(cwd, 'certs'), ...args])
      const stderr = said.mock.calls.join('\n')
      for (const spy of [said, silent]) spy.mockRestore()
      return { code, stderr }
    }
    const chain = opensslChain(outside)
    expect((await importing(...pem(chain))).code).toBe(0)
    const kept = readFileSync(join(cwd, 'certs/imported/game.example.pem'))
    const other = opensslChain(outside, { id: 'b' })
    const faults: [string, string[]][] = [
      ['CERTIFICATE_KEY_MISMATCH', ['--cert', other.fullchain, '--key', chain.key]],
      ['CERTIFICATE_CHAIN_INCOMPLETE', ['--cert', other.leaf, '--key', other.key]],
      ['CERTIFICATE_EXPIRED', pem(opensslChain(outside, { id: 'c', days: 0 }))],
      ['CERTIFICATE_WRONG_NAME', [...pem(other), '--domain', 'other.example']],
      ['CERTIFICATE_UNREADABLE', ['--cert', 'nowhere.pem', '--key', other.key]],
    ]
    for (const [named, args] of faults) {
      const { code, stderr } = await importing(...args)
      expect([code, stderr]).toEqual([1, expect.stringContaining(`[${named}]`)])
    }
    expect(imported()).toEqual(['game.example.pem'])
    expect(readFileSync(join(cwd, 'certs/imported/game.example.pem'))).toEqual(kept)
  })
})

describe.skipIf(missing('openssl'))('fairground certs status', () => {
  it('[CE7] without any says where it looked, and ends with 1', async () => {
    const { cwd, status } = game()
    const { code, stdout } = await run(['certs', 'status'], { cwd })
    expect([code, stdout]).toEqual([1, expect.stringContaining(join(cwd, 'certs'))])
    expect(await status()).toEqual({ code: 1, found: [] })
  })

  it('[CE7] lists what there is, from every source, and ends with 1 when one is of no use', async () => {
    const { cwd, outside, importing, status } = game()
    await ensureDevelopmentCertificate({
      certsFolder: join(cwd, 'certs'),
      dataFolder: join(cwd, '../home/data/fairground'),
      nowMs: Date.now(),
    })
    await importing(...pem(opensslChain(outside, { id: 'b', name: 'imported.example' })))
    const good = await status()
    expect(good.code).toBe(0)
    expect(good.found.map(({ source }) => source)).toEqual(['imported', 'development'])
    expect(good.found[1]?.names).toContain('localhost')
    const expired = opensslChain(outside, { id: 'c', days: 0 })
    const bad = await status(...pem(expired))
    expect(bad.code).toBe(1)
    expect(bad.found[0]).toMatchObject({
      ...{ source: 'files', names: ['game.example'], issuer: 'Test Intermediate' },
      problem: { code: 'CERTIFICATE_EXPIRED' },
    })
    const { stdout } = await run(['certs', 'status', ...pem(expired)], { cwd })
    expect(stdout).toMatch(/✗ game\.example {2}files\n.*expired less than two hours ago\n.*expired on/)
    expect(stdout).toMatch(/✓ imported\.example {2}imported\n/)
  })

  it("[CE7] does not count what Let's Encrypt's staging issued, which nothing renews", async () => {
    const { cwd, outside, importing, status } = game()
    const folder = join(cwd, 'certs/acme/acme-staging-v02.api.letsencrypt.org_directory')
    mkdirSync(folder, { recursive: true })
    const { key, fullchain } = opensslChain(outside, { id: 'b', days: 0 })
    writeFileSync(join(folder, 'game.example.pem'), `${readFileSync(key)}${readFileSync(fullchain)}`)
    const request = { names: ['game.example'], directory: 'letsencrypt-staging' }
    writeFileSync(join(folder, 'game.example.json'), JSON.stringify(request))
    expect((await status()).code).toBe(1)
    await importing(...pem(opensslChain(outside, { name: 'imported.example' })))
    const { code, found } = await status()
    expect(code).toBe(0)
    expect(found[1]).toMatchObject({
      authority: 'letsencrypt-staging',
      problem: { code: 'CERTIFICATE_EXPIRED' },
    })
    const renewed = await run(['certs', 'renew'], { cwd })
    expect([renewed.code, renewed.stderr]).toEqual([
      1,
      expect.stringContaining('No ACME authority has issued anything'),
    ])
  })

  it('[CE7] tells of a file that is broken', async () => {
    const { cwd, outside, importing, status } = game()
    await importing(...pem(opensslChain(outside)))
    writeFileSync(join(cwd, 'certs/imported/game.example.pem'), 'spilt coffee')
    const { code, found } = await status()
    expect([code, found[0]?.problem?.code]).toEqual([1, 'CERTIFICATE_INVALID'])
  })
})

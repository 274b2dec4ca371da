import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { servedSerial } from '../server/tls/acme/keep.ts'
import { startPebble } from '../server/tls/acme/pebble.ts'
import { problem, startProxy } from '../server/tls/acme/proxy.ts'
import { Command, project, run, serverFile } from './command.ts'

/** A project, an authority that looks at a free port, and what to tell both about each other. */
async function authority(eab?: Record<string, string>) {
  const [tlsPort, httpPort] = [await freePort(), await freePort()]
  const pebble = await startPebble({ tlsPort, httpPort, validitySeconds: 86_400, ...(eab && { eab }) })
  const cwd = project({ 'server.ts': serverFile('arena') })
  const env = { FAIRGROUND_ACME_DIRECTORY: pebble.directory, FAIRGROUND_ACME_CA: pebble.ca }
  const ports = ['--port', String(tlsPort), '--http-port', String(httpPort), '--host', '127.0.0.1']
  return { pebble, tlsPort, httpPort, cwd, env, ports }
}

function pems(cwd: string): string[] {
  const folder = join(cwd, 'certs/acme')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.pem')).map((file) => join(folder, file))
}

describe.skipIf(missing('pebble', 'openssl'))('fairground certs, with an ACME authority', () => {
  it('[CE3] issue gets a certificate without the game, start serves it, and asking again changes nothing', async () => {
    const { pebble, tlsPort, cwd, env, ports } = await authority()
    const issued = await run(['certs', 'issue', '--domain', 'Game.example', ...ports], { cwd, env })
    expect({ code: issued.code, stderr: issued.stderr }).toEqual({ code: 0, stderr: '' })
    expect(issued.stdout).toMatch(
      /^✓ game\.example: issued\n {2}from Pebble .*, valid to 20.* UTC, renewed from 20/,
    )
    expect(issued.stdout).toContain('Now: fairground start --domain game.example')
    const [path] = pems(cwd)
    expect(statSync(path!).mode & 0o777).toBe(0o600)
    const again = await run(['certs', 'issue', '--domain', 'game.example', ...ports], { cwd, env })
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('there already, and not due for renewal'),
    ])
    const server = new Command(['start', '--domain', 'game.example', ...ports], { cwd, env })
    await server.shows(/"msg":"listening"/)
    expect(await servedSerial(tlsPort)).toMatch(/^[0-9A-F]+$/)
    expect(pebble.issued()).toBe(1)
  })

  it.each(['tls-alpn-01', 'http-01'])(
    '[CE4] renew --force renews by %s while a server runs, which answers the authority and takes the new one over',
    async (challenge) => {
      const { pebble, tlsPort, cwd, env, ports } = await authority()
      const server = new Command(
        ['start', '--domain', 'game.example', '--acme-challenge', challenge, ...ports],
        { cwd, env },
      )
      await server.shows(/"msg":"listening"/)
      const before = await servedSerial(tlsPort)
      const idle = await run(['certs', 'renew', ...ports], { cwd, env })
      expect([idle.code, idle.stdout]).toEqual([0, expect.stringContaining('not due')])
      const { code, stdout, stderr } = await run(['certs', 'renew', '--force', ...ports], { cwd, env })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain('game.example: issued')
      await expect.poll(() => servedSerial(tlsPort), { timeout: 20_000 }).not.toBe(before)
      expect(pebble.issued()).toBe(2)
    },
  )

  it('[CE2] issue over http-01, with an account of the authority: its secret comes from a file or the environment', async () => {
    const hmacKey = Buffer.from('a key of thirty-two bytes or more').toString('base64url')
    const { cwd, env, ports } = await authority({ 'kid-1': hmacKey })
    const args = ['certs', 'issue', '--domain', 'game.example', '--acme-challenge', 'http-01', ...ports]
    const without = await run(args, { cwd, env })
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('[ACME_ACCOUNT_NEEDED]')])
    writeFileSync(join(cwd, 'hmac'), `${hmacKey}\n`)
    const bound = await run([...args, '--eab-kid', 'kid-1', '--eab-hmac-file', 'hmac'], { cwd, env })
    expect({ code: bound.code, stderr: bound.stderr }).toEqual({ code: 0, stderr: '' })
    const unasked = await run(['certs', 'renew', '--force', ...ports], { cwd, env })
    expect({ code: unasked.code, stderr: unasked.stderr }).toEqual({ code: 0, stderr: '' })
    const secrets = { FAIRGROUND_ACME_EAB_KID: 'kid-1', FAIRGROUND_ACME_EAB_HMAC: hmacKey }
    const renewed = await run(['certs', 'renew', '--force', ...ports], { cwd, env: { ...env, ...secrets } })
    expect({ code: renewed.code, stderr: renewed.stderr }).toEqual({ code: 0, stderr: '' })
    const files = readdirSync(join(cwd, 'certs'), { recursive: true, encoding: 'utf8', withFileTypes: true })
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
    expect(texts.filter((text) => text.includes(hmacKey))).toEqual([])
  })

  it('[CE5] a port that another program has is said before the authority is asked', async () => {
    const { pebble, tlsPort, cwd, env, ports } = await authority()
    const taken = createServer((socket) => socket.destroy()).listen(tlsPort, '127.0.0.1')
    onTestFinished(() => void taken.close())
    const proxy = await startProxy(pebble)
    const asked = { ...env, FAIRGROUND_ACME_DIRECTORY: proxy.directory, FAIRGROUND_ACME_CA: proxy.ca }
    const { code, stderr } = await run(['certs', 'issue', '--domain', 'game.example', ...ports], {
      cwd,
      env: asked,
    })
    expect(code).toBe(1)
    expect(stderr).toContain(`Port ${tlsPort}, where the authority asks for proof, is taken`)
    expect(proxy.requests).toBe(0)
  })

  it('[AC11] start does not ask again at once after a failure, status says why, and issue mends it', async () => {
    const { pebble, cwd, env, ports } = await authority()
    const proxy = await startProxy(pebble, (path, forward) =>
      path.startsWith('/order-plz') ? Promise.resolve(problem(403, 'rejectedIdentifier')) : forward(),
    )
    const asked = { ...env, FAIRGROUND_ACME_DIRECTORY: proxy.directory, FAIRGROUND_ACME_CA: proxy.ca }
    const start = () => run(['start', '--domain', 'game.example', ...ports], { cwd, env: asked })
    expect((await start()).stderr).toContain('[ACME_REFUSED]')
    expect((await start()).stderr).toContain('[ACME_WAITING]')
    const status = await run(['certs', 'status'], { cwd })
    expect(status.code).toBe(1)
    expect(status.stdout).toMatch(
      /✗ game\.example {2}acme .*\n {2}No certificate could be had yet\.\n {2}failed once, last 20.* UTC: .*Not today/,
    )
    proxy.alter = (_path, forward) => forward()
    expect(
      (await run(['certs', 'issue', '--domain', 'game.example', ...ports], { cwd, env: asked })).code,
    ).toBe(0)
    expect((await run(['certs', 'status'], { cwd })).code).toBe(0)
  })
})

it.each([
  ['an unknown action', ['certs', 'isue'], 'Did you mean certs issue?', 'certs <action>'],
  ['no name', ['certs', 'issue'], '--domain game.example', 'certs issue --domain'],
  ['an argument', ['certs', 'status', 'game.example'], 'takes options only', 'certs status'],
  ['nothing to import', ['certs', 'import'], 'Give --cert and --key, or --pfx', 'certs import'],
  ['a misspelt way', ['start', '--tls', 'acem'], 'Did you mean acme?', 'start [file]'],
  ['two ways', ['start', '--domain', 'a.b', '--pfx', 'x'], 'exclude each other', 'start [file]'],
  [
    'an option of another way',
    ['start', '--tls', 'dev', '--domain', 'a.b'],
    'belongs to --tls acme',
    'start [file]',
  ],
  ['files without files', ['start', '--tls', 'files'], 'needs --cert and --key, or --pfx', 'start [file]'],
  ['acme without a name', ['start', '--tls', 'acme'], 'Which name do players use?', 'start [file]'],
  ['half an account', ['start', '--domain', 'a.b', '--eab-kid', 'x'], 'belong together', 'start [file]'],
  [
    'two authorities',
    ['start', '--domain', 'a.b', '--staging', '--acme-directory', 'x'],
    'exclude',
    'start [file]',
  ],
  [
    'an unknown challenge',
    ['start', '--domain', 'a.b', '--acme-challenge', 'dns-01'],
    'must be tls-alpn-01',
    'start',
  ],
])('[CI3] explains %s and shows the help', async (_what, args, named, usage) => {
  const { code, stdout, stderr } = await run(args, { cwd: project() })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(named)
  expect(stderr).toContain(`Usage: fairground ${usage}`)
})

it.each(['status', 'issue', 'renew', 'import', 'trust'])(
  'certs %s --help tells about its options',
  async (action) => {
    const { code, stdout } = await run(['certs', action, '--help'], { cwd: project() })
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: fairground certs ${action}`)
  },
)

import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ensureDevelopmentCa } from '../../../server/tls/development-ca.ts'
import { newKeyPem } from '../../../server/tls/p256-key.ts'
import { canDropPrivileges, ensureInProcesses } from './processes.ts'
import { scratchFolder } from './scratch-folder.ts'

const NOW_MS = Date.UTC(2026, 10, 23)
const DAY_MS = 86_400_000

const ensure = (dataFolder: string, nowMs = NOW_MS, hostName = 'box-1') =>
  ensureDevelopmentCa({ dataFolder, hostName, nowMs })

it('makes an authority for ten years that only this user can sign with', async () => {
  const data = join(scratchFolder(), 'data')
  const ca = await ensure(data)
  expect(ca).toMatchObject({ created: true, renewed: false, certPath: join(data, 'ca.pem') })
  expect(statSync(join(data, 'ca.key')).mode & 0o777).toBe(0o600)
  expect(statSync(join(data, 'ca.pem')).mode & 0o777).toBe(0o644)
  expect(statSync(data).mode & 0o777).toBe(0o700)
  expect(ca.certificate.validToDate.getTime()).toBe(NOW_MS + 3650 * DAY_MS)
  expect(readdirSync(data).sort()).toEqual(['ca.key', 'ca.pem'])
})

it('writes the extensions that OpenSSL expects of a constrained authority', async () => {
  const { certPath } = await ensure(scratchFolder())
  const shown = execFileSync('openssl', ['x509', '-in', certPath, '-noout', '-text'], { encoding: 'utf8' })
  const expected = [
    'ASN1 OID: prime256v1',
    'X509v3 Basic Constraints: critical\\n +CA:TRUE, pathlen:0',
    'X509v3 Key Usage: critical\\n +Certificate Sign, CRL Sign\\n',
    'X509v3 Name Constraints: critical\\n +Permitted:',
    'X509v3 Subject Key Identifier:',
    'DNS:box-1\\n',
    'IP:172.16.0.0/255.240.0.0',
    'IP:FC00:0:0:0:0:0:0:0/FE00:0:0:0:0:0:0:0',
  ]
  for (const part of expected) expect(shown).toMatch(new RegExp(part))
})

it('uses the authority that is there, with the host name it was made for', async () => {
  const data = scratchFolder()
  const first = await ensure(data)
  const second = await ensure(data, NOW_MS + DAY_MS, 'box-2')
  expect(second).toMatchObject({ created: false, renewed: false, certPem: first.certPem })
  expect(second.constraints.domains).toContain('box-1')
  expect(second.constraints.domains).not.toContain('box-2')
  expect(second.constraints).toEqual(first.constraints)
})

it('makes one authority when several processes start at once', async () => {
  for (let round = 0; round < 3; round++) {
    const [data, certs] = [scratchFolder(), scratchFolder()]
    const answers = await ensureInProcesses(Array(4).fill([certs, data, String(NOW_MS)]))
    expect(new Set(answers.map(({ caPem }) => caPem))).toEqual(
      new Set([readFileSync(join(data, 'ca.pem'), 'utf8')]),
    )
    expect(answers.filter(({ caCreated }) => caCreated)).toHaveLength(1)
    expect(readdirSync(data).sort()).toEqual(['ca.key', 'ca.pem'])
    const written = new X509Certificate(readFileSync(join(certs, 'development.pem')))
    for (const { keyPem } of answers) {
      expect(keyPem).toBe(readFileSync(join(certs, 'development.key'), 'utf8'))
    }
    expect(written.verify(new X509Certificate(String(answers[0]!['caPem'])).publicKey)).toBe(true)
  }
}, 60_000)

it('finishes what a process began that died after writing the key', async () => {
  const data = scratchFolder()
  const keyPem = newKeyPem()
  writeFileSync(join(data, 'ca.key'), keyPem)
  expect(await ensure(data)).toMatchObject({ created: true, keyPem })
  expect(statSync(join(data, 'ca.key')).mode & 0o777).toBe(0o600)
})

it('takes rights to the key away that somebody gave to others', async () => {
  const data = scratchFolder()
  await ensure(data)
  chmodSync(join(data, 'ca.key'), 0o644)
  await ensure(data)
  expect(statSync(join(data, 'ca.key')).mode & 0o777).toBe(0o600)
})

const DAMAGE: Record<string, (data: string) => void> = {
  'a cut-off certificate': (data) => halve(join(data, 'ca.pem')),
  'an empty certificate': (data) => writeFileSync(join(data, 'ca.pem'), ''),
  'a cut-off key': (data) => halve(join(data, 'ca.key')),
  'no key': (data) => rmSync(join(data, 'ca.key')),
  'the key of another authority': (data) => writeFileSync(join(data, 'ca.key'), newKeyPem()),
  'a folder in place of the certificate': (data) => {
    rmSync(join(data, 'ca.pem'))
    mkdirSync(join(data, 'ca.pem'))
  },
  'an authority that may sign for everybody': (data) => {
    const args = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -days 3650'.split(
      ' ',
    )
    const out = ['-keyout', join(data, 'ca.key'), '-out', join(data, 'ca.pem')]
    execFileSync('openssl', [...args, ...out], { stdio: 'ignore' })
  },
}

it.each(Object.keys(DAMAGE))(
  'names the files to delete, and touches nothing, when it finds %s',
  async (what) => {
    const data = scratchFolder()
    await ensure(data, Date.now())
    DAMAGE[what]!(data)
    const before = readdirSync(data)
    await expect(ensure(data, Date.now())).rejects.toMatchObject({
      code: 'CERTIFICATE_INVALID',
      message: expect.stringContaining(data),
      next: expect.stringContaining(`Delete ca.pem and ca.key in ${data}`),
    })
    expect(readdirSync(data)).toEqual(before)
  },
)

it.each([
  ['has expired', 3651],
  ['is about to expire', 3600],
])('is made anew for the same key, and says so, once it %s', async (_, days) => {
  const data = scratchFolder()
  const old = await ensure(data)
  const renewed = await ensure(data, NOW_MS + days * DAY_MS)
  expect(renewed).toMatchObject({ created: false, renewed: true, keyPem: old.keyPem })
  expect(renewed.certificate.validToDate.getTime()).toBe(NOW_MS + (days + 3650) * DAY_MS)
  expect(readFileSync(join(data, 'ca.pem'), 'utf8')).toBe(renewed.certPem)
  expect(await ensure(data, NOW_MS + days * DAY_MS)).toMatchObject({ renewed: false })
})

it('blames the clock for an authority from the future', async () => {
  const data = scratchFolder()
  await ensure(data)
  await expect(ensure(data, NOW_MS - 2 * DAY_MS)).rejects.toMatchObject({
    code: 'CERTIFICATE_INVALID',
    message: expect.stringContaining('clock'),
  })
})

it.skipIf(!canDropPrivileges())("says so when the key is another user's", async () => {
  const [data, certs] = [scratchFolder(), scratchFolder()]
  await ensure(data)
  chmodSync(data, 0o755)
  chmodSync(certs, 0o777)
  // Where the tests are not run by root, nobody else can own it, but unreadable is unreadable.
  if (process.getuid?.() !== 0) chmodSync(join(data, 'ca.key'), 0)
  const [answer] = await ensureInProcesses([[certs, data, String(NOW_MS)]], { unprivileged: true })
  expect(answer).toMatchObject({
    code: 'CERTIFICATE_UNREADABLE',
    message: expect.stringContaining(join(data, 'ca.key')),
    next: expect.stringContaining('sudo'),
  })
})

function halve(path: string): void {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.slice(0, text.length / 2))
}

import { X509Certificate } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ensureDevelopmentCertificate } from '../../../server/tls/development-leaf.ts'
import { newKeyPem } from '../../../server/tls/p256-key.ts'
import { canDropPrivileges, ensureInProcesses } from './processes.ts'
import { scratchFolder } from './scratch-folder.ts'

const NOW_MS = Date.UTC(2026, 10, 23)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface Folders {
  certsFolder: string
  dataFolder: string
}
type Changes = Partial<Parameters<typeof ensureDevelopmentCertificate>[0]>

function folders(): Folders {
  const root = scratchFolder()
  return { certsFolder: join(root, 'certs'), dataFolder: join(root, 'data') }
}

const ensure = (where: Folders, changes: Changes = {}) =>
  ensureDevelopmentCertificate({
    ...where,
    nowMs: NOW_MS,
    addresses: ['192.168.1.20'],
    hostName: 'box-1',
    ...changes,
  })

it('issues a certificate for 397 days under every local name and address', async () => {
  const where = folders()
  const made = await ensure(where)
  expect(made).toMatchObject({ caCreated: true, caRenewed: false, issued: true })
  expect(made.names).toEqual(['localhost', '127.0.0.1', '::1', 'box-1', 'box-1.local', '192.168.1.20'])
  const leaf = new X509Certificate(made.certPem)
  expect(leaf.ca).toBe(false)
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(leaf.validFromDate.getTime()).toBe(NOW_MS - HOUR_MS)
  expect(leaf.validToDate.getTime()).toBe(NOW_MS - HOUR_MS + 397 * DAY_MS)
  expect(readFileSync(made.certPath, 'utf8')).toBe(made.certPem)
  expect(readFileSync(made.keyPath, 'utf8')).toBe(made.keyPem)
  expect(statSync(made.keyPath).mode & 0o777).toBe(0o600)
})

it('[TL3] adds local names that were asked for, and is issued anew for one that is new', async () => {
  const where = folders()
  await ensure(where)
  const names = ['Game.TEST.', 'localhost', '10.1.2.3', 'FD00:0::7']
  const made = await ensure(where, { names })
  expect(made.issued).toBe(true)
  expect(made.names.slice(6)).toEqual(['game.test', '10.1.2.3', 'fd00::7'])
  expect((await ensure(where, { names })).issued).toBe(false)
})

it.each([
  ['game.example.com', 'local names and private addresses only'],
  ['8.8.8.8', 'local names and private addresses only'],
  ['https://game.test', 'neither a host name nor an IP address'],
  ['*.game.test', 'neither a host name nor an IP address'],
  ['', 'neither a host name nor an IP address'],
])('[TL3] refuses the name %j, and leaves the certificate as it is', async (name, reason) => {
  const where = folders()
  const { certPem, certPath } = await ensure(where)
  await expect(ensure(where, { names: ['game.test', name] })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(`"${name}"`),
    next: expect.stringContaining('.localhost, .local, '),
  })
  await expect(ensure(where, { names: [name] })).rejects.toThrow(reason)
  expect(readFileSync(certPath, 'utf8')).toBe(certPem)
})

it('keeps a certificate that is still good', async () => {
  const where = folders()
  const made = await ensure(where)
  const kept = await ensure(where, { nowMs: NOW_MS + 366 * DAY_MS })
  expect(kept).toMatchObject({ issued: false, caCreated: false, certPem: made.certPem, names: made.names })
})

it('keeps it when an address has gone', async () => {
  const where = folders()
  await ensure(where)
  expect(await ensure(where, { addresses: [] })).toMatchObject({ issued: false })
})

it.each([
  ['less than 30 days are left', { nowMs: NOW_MS + 368 * DAY_MS }],
  ['it has expired', { nowMs: NOW_MS + 500 * DAY_MS }],
  ['the clock was set back', { nowMs: NOW_MS - 2 * HOUR_MS }],
  ['an address was added', { addresses: ['192.168.1.20', '10.1.2.3'] }],
  ['the host name has changed', { hostName: 'box-2' }],
])('issues a new one, for the same key, when %s', async (_, changes) => {
  const where = folders()
  const made = await ensure(where)
  const again = await ensure(where, changes)
  expect(again).toMatchObject({ issued: true, caCreated: false, keyPem: made.keyPem })
  expect(again.certPem).not.toBe(made.certPem)
  expect(await ensure(where, changes)).toMatchObject({ issued: false, certPem: again.certPem })
})

const DAMAGE: Record<string, (where: Folders) => void> = {
  'the certificate is cut off': ({ certsFolder }) => halve(join(certsFolder, 'development.pem')),
  'the certificate is empty': ({ certsFolder }) => writeFileSync(join(certsFolder, 'development.pem'), ''),
  'the certificate is gone': ({ certsFolder }) => rmSync(join(certsFolder, 'development.pem')),
  'the signature does not fit': ({ certsFolder }) => {
    const path = join(certsFolder, 'development.pem')
    const { raw } = new X509Certificate(readFileSync(path))
    raw[raw.length - 1]! ^= 1
    const text = raw.toString('base64').replace(/.{64}/g, '$&\n')
    writeFileSync(path, `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`)
  },
  'the key is cut off': ({ certsFolder }) => halve(join(certsFolder, 'development.key')),
  'the key is gone': ({ certsFolder }) => rmSync(join(certsFolder, 'development.key')),
  'the key is another one': ({ certsFolder }) =>
    writeFileSync(join(certsFolder, 'development.key'), newKeyPem()),
  'the authority is another one': ({ dataFolder }) => rmSync(dataFolder, { recursive: true }),
}

it.each(Object.keys(DAMAGE))('issues a new one when %s', async (what) => {
  const where = folders()
  await ensure(where)
  DAMAGE[what]!(where)
  const again = await ensure(where)
  expect(again.issued).toBe(true)
  expect(readdirSync(where.certsFolder).sort()).toEqual([
    ...['.gitignore', 'README.md', 'development.key', 'development.pem'],
  ])
  expect(statSync(again.keyPath).mode & 0o777).toBe(0o600)
  const leaf = new X509Certificate(readFileSync(again.certPath))
  expect(leaf.verify(new X509Certificate(again.caPem).publicKey)).toBe(true)
  expect(await ensure(where)).toMatchObject({ issued: false, keyPem: again.keyPem })
})

it('says so when the authority was renewed, and never outlives it', async () => {
  const where = folders()
  await ensure(where)
  const late = await ensure(where, { nowMs: NOW_MS + 3500 * DAY_MS })
  const end = new X509Certificate(late.caPem).validToDate
  expect(new X509Certificate(late.certPem).validToDate).toEqual(end)
  expect(await ensure(where, { nowMs: NOW_MS + 3600 * DAY_MS })).toMatchObject({
    ...{ caRenewed: true, caCreated: false },
  })
})

it('is issued anew when the renewed authority does not permit one of its names any more', async () => {
  const where = folders()
  const old = await ensure(where, { nowMs: NOW_MS })
  const nearEndMs = NOW_MS + 3589 * DAY_MS
  expect((await ensure(where, { nowMs: nearEndMs })).names).toContain('box-1')
  const renewed = await ensure(where, { nowMs: nearEndMs + 2 * DAY_MS, hostName: 'localhost' })
  expect(renewed).toMatchObject({ caRenewed: true, issued: true, keyPem: old.keyPem })
  expect(renewed.names).not.toContain('box-1')
})

it('leaves out what the authority may not sign for, and what is no name', async () => {
  const { names } = await ensure(folders(), {
    addresses: ['192.0.2.2', '2001:db8::1', 'fd00:0:0::2', 'fe80::1%eth0', '::ffff:10.0.0.1', 'nonsense', ''],
    hostName: 'dev',
  })
  expect(names).toEqual(['localhost', '127.0.0.1', '::1', 'dev.local', 'fd00::2', 'fe80::1'])
})

it.each(['', 'localhost', 'my_pc', "Ann's Mac", 'größe'])(
  'can do with the host name "%s"',
  async (hostName) => {
    const { names } = await ensure(folders(), { hostName, addresses: [] })
    expect(names).toEqual(['localhost', '127.0.0.1', '::1'])
  },
)

it('announces only the first label of a long host name under .local', async () => {
  const { names } = await ensure(folders(), { hostName: 'Build-7.Example.com', addresses: [] })
  expect(names).toEqual(['localhost', '127.0.0.1', '::1', 'build-7.example.com', 'build-7.local'])
})

it('keeps the keys of a project out of its repository, like those of this one', async () => {
  const where = folders()
  await ensure(where)
  for (const name of ['README.md', '.gitignore']) {
    const ours = new URL(`../../../certs/${name}`, import.meta.url)
    expect(readFileSync(join(where.certsFolder, name), 'utf8')).toBe(readFileSync(ours, 'utf8'))
  }
})

it("leaves a project's own README.md and .gitignore alone", async () => {
  const where = folders()
  mkdirSync(where.certsFolder)
  writeFileSync(join(where.certsFolder, 'README.md'), 'ours')
  writeFileSync(join(where.certsFolder, '.gitignore'), '*')
  await ensure(where)
  expect(readFileSync(join(where.certsFolder, 'README.md'), 'utf8')).toBe('ours')
  expect(readFileSync(join(where.certsFolder, '.gitignore'), 'utf8')).toBe('*')
})

it.each(['certs', 'development.pem', 'development.key'])(
  'says what to do when something stands in place of %s',
  async (what) => {
    const where = folders()
    if (what === 'certs') writeFileSync(where.certsFolder, '')
    else mkdirSync(join(where.certsFolder, what), { recursive: true })
    await expect(ensure(where)).rejects.toMatchObject({
      code: 'CERTS_FOLDER_UNUSABLE',
      message: expect.stringContaining(`The certificate folder ${where.certsFolder} `),
      next: expect.stringContaining('remove what stands in its place'),
    })
  },
)

it.skipIf(!canDropPrivileges())(
  'says what to do when the folder is not writable, and makes no authority in vain',
  async () => {
    const where = folders()
    mkdirSync(where.certsFolder, { mode: 0o555 })
    chmodSync(join(where.certsFolder, '..'), 0o755)
    const args = [where.certsFolder, where.dataFolder, String(NOW_MS)]
    const [answer] = await ensureInProcesses([args], { unprivileged: true })
    expect(answer).toMatchObject({
      code: 'CERTS_FOLDER_UNUSABLE',
      message: expect.stringContaining(`${where.certsFolder} cannot be written: this user has no permission`),
    })
    expect(existsSync(where.dataFolder)).toBe(false)
  },
)

function halve(path: string): void {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.slice(0, text.length / 2))
}

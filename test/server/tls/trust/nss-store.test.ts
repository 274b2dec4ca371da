import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nssDatabases } from '../../../../server/tls/trust/nss-databases.ts'
import { NssStore } from '../../../../server/tls/trust/nss-store.ts'
import { missing } from '../../../needs.ts'
import { opensslChain } from '../openssl-chain.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { authority, renewedAuthority } from './authority.ts'

const certutil = (folder: string, ...args: string[]) =>
  execFileSync('certutil', ['-d', `sql:${folder}`, ...args], { encoding: 'utf8', stdio: 'pipe' })

/** What a database lists: trust flags by name. */
function listed(folder: string): Record<string, string> {
  const rows = certutil(folder, '-L').matchAll(/^(\S.*?) +(\w*,\w*,\w*) *$/gm)
  return Object.fromEntries([...rows].map(([, name, flags]) => [name, flags]))
}

function database(): string {
  const folder = join(scratchFolder(), 'nssdb')
  mkdirSync(folder)
  certutil(folder, '-N', '--empty-password')
  return folder
}

afterEach(() => void vi.unstubAllEnvs())

describe.skipIf(missing('certutil', 'openssl'))('an NSS database', () => {
  it('is made where there is none, for this user only, and trusts the authority for servers and nothing else', async () => {
    const ca = await authority()
    const folder = join(scratchFolder(), '.pki/nssdb')
    const store = new NssStore('Chromium', folder)
    expect(store.trust(ca)).toEqual({ state: 'added' })
    expect(Object.values(listed(folder))).toEqual(['C,,'])
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(store.trust(ca)).toEqual({ state: 'present' })
    expect(Object.keys(listed(folder))).toHaveLength(1)
  })

  it('holds no key: only the certificate went in', async () => {
    const ca = await authority()
    const folder = database()
    new NssStore('Chromium', folder).trust(ca)
    const { stdout, stderr } = spawnSync('certutil', ['-d', `sql:${folder}`, '-K'], { encoding: 'utf8' })
    expect(stdout + stderr).toContain('no keys found')
  })

  it('loses exactly this certificate by an undo, whoever named it, and keeps the others', async () => {
    const [ca, other] = [await authority(), await authority()]
    const folder = database()
    const chain = opensslChain(scratchFolder())
    certutil(folder, '-A', '-t', 'CT,,', '-n', 'Company', '-i', chain.root)
    certutil(folder, '-A', '-t', 'C,,', '-n', 'by hand', '-i', ca.certPath)
    const store = new NssStore('Chromium', folder)
    store.trust(other)
    const before = listed(folder)
    expect(store.trust(ca), 'known under another name').toEqual({ state: 'present' })
    expect(listed(folder)).toEqual(before)

    expect(store.distrust(ca)).toEqual({ state: 'removed' })
    const { 'by hand': gone, ...rest } = before
    expect(gone).toBe('C,,')
    expect(listed(folder)).toEqual(rest)
    expect(store.distrust(ca)).toEqual({ state: 'absent' })
    expect(listed(folder)).toEqual(rest)
  })

  it('tells a renewed authority from the one before, which has the same name and key', async () => {
    const { old, renewed } = await renewedAuthority()
    const folder = database()
    const store = new NssStore('Chromium', folder)
    expect(store.trust(old)).toEqual({ state: 'added' })
    expect(store.trust(renewed)).toEqual({ state: 'added' })
    expect(store.distrust(renewed)).toEqual({ state: 'removed' })
    expect(store.trust(old)).toEqual({ state: 'present' })
    expect(store.distrust(renewed)).toEqual({ state: 'absent' })
    expect(store.distrust(old)).toEqual({ state: 'removed' })
    expect(listed(folder)).toEqual({})
  })

  it('touches neither of two certificates when it cannot tell which of them a name means', async () => {
    const { old, renewed } = await renewedAuthority()
    const oldFile = join(scratchFolder(), 'old.pem')
    writeFileSync(oldFile, old.certPem)
    const folder = database()
    certutil(folder, '-A', '-t', 'C,,', '-n', 'one', '-i', oldFile)
    certutil(folder, '-A', '-t', 'C,,', '-n', 'two', '-i', renewed.certPath)
    expect(new NssStore('Chromium', folder).distrust(renewed)).toMatchObject({
      state: 'failed',
      next: expect.stringContaining(folder),
    })
    expect(listed(folder)).toEqual({ one: 'C,,', two: 'C,,' })
  })

  it('that knows the certificate but does not trust it, does from then on', async () => {
    const ca = await authority()
    const folder = database()
    certutil(folder, '-A', '-t', ',,', '-n', 'doubtful', '-i', ca.certPath)
    expect(new NssStore('Chromium', folder).trust(ca)).toEqual({ state: 'added' })
    expect(listed(folder)).toEqual({ doubtful: 'C,,' })
  })

  it('with a main password is left as it was, and the person told', async () => {
    const folder = join(scratchFolder(), 'locked')
    mkdirSync(folder)
    const password = join(scratchFolder(), 'password')
    writeFileSync(password, 'secret\n')
    certutil(folder, '-N', '-f', password)
    const outcome = new NssStore('Firefox', folder).trust(await authority())
    expect(outcome).toMatchObject({ state: 'failed', reason: expect.stringContaining('main password') })
    expect(listed(folder)).toEqual({})
  })

  it('that is broken is told, and stays as it is', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'cert9.db'), 'no database')
    const store = new NssStore('Firefox', folder)
    const ca = await authority()
    expect(store.trust(ca)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('BAD_DATABASE'),
    })
    expect(store.distrust(ca)).toMatchObject({ state: 'failed' })
    expect(readFileSync(join(folder, 'cert9.db'), 'utf8')).toBe('no database')
  })

  it('in a place where no folder can be is told', async () => {
    const file = join(scratchFolder(), 'file')
    writeFileSync(file, '')
    expect(new NssStore('Chromium', join(file, 'nssdb')).trust(await authority())).toMatchObject({
      state: 'failed',
      reason: 'a part of its path is a file',
    })
  })
})

it('without certutil the package that has it is named, and nothing is written', async () => {
  vi.stubEnv('PATH', scratchFolder())
  const folder = join(scratchFolder(), 'nssdb')
  const outcome = new NssStore('Chromium', folder).trust(await authority())
  expect(outcome).toMatchObject({ state: 'failed', next: expect.stringContaining('libnss3-tools') })
  expect(readdirSync(join(folder, '..'))).toEqual([])
})

it("finds the databases of this user's browsers, also in snaps and flatpaks, and each only once", () => {
  const home = scratchFolder()
  const shared = join(home, 'elsewhere/pki/nssdb')
  const folders = [
    join(home, '.pki/nssdb'),
    shared,
    join(home, 'snap/chromium/current/.pki/nssdb'),
    join(home, '.var/app/com.google.Chrome/data/pki/nssdb'),
    join(home, '.mozilla/firefox/ab12.default'),
    join(home, '.mozilla/firefox/cd34.work'),
    join(home, '.config/mozilla/firefox/ef56.default'),
    join(home, 'snap/firefox/common/.mozilla/firefox/gh78.default'),
    join(home, '.var/app/org.mozilla.firefox/.mozilla/firefox/ij90.default'),
  ]
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'cert9.db'), '')
  }
  mkdirSync(join(home, '.mozilla/firefox/Crash Reports'))
  const found = nssDatabases(home, { XDG_DATA_HOME: join(home, 'elsewhere') })
  expect(found.map(({ location }) => location)).toEqual(folders)
  expect(found.map(({ name }) => name.split(',')[0])).toEqual([
    ...Array(4).fill('Chromium'),
    ...Array(5).fill('Firefox'),
  ])
})

it('where no browser has run yet, the database that Chromium will use is the one', () => {
  const home = scratchFolder()
  expect(nssDatabases(home, {}).map(({ location }) => location)).toEqual([join(home, '.pki/nssdb')])
})

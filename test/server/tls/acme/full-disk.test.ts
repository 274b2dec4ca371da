import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { directoryFolder } from '../../../../server/tls/acme/acme-options.ts'
import { systemCode } from '../../../../server/tls/files.ts'
import { eventually } from '../../../eventually.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { keepFrom, servedSerial } from './keep.ts'
import { startPebble } from './pebble.ts'
import { startProxy } from './proxy.ts'

const HOUR_MS = 3_600_000

/** A disk of half a megabyte; nothing where this user may not mount one. */
function smallDisk(): string | undefined {
  const folder = scratchFolder()
  const certs = join(folder, 'certs')
  mkdirSync(certs)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'fairground-test', certs])
  if (mounted.status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', [certs]))
  return certs
}

function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false
  const probe = 'mount -t tmpfs -o size=4k fairground-probe /mnt && umount /mnt'
  return spawnSync('unshare', ['-m', 'sh', '-c', probe]).status === 0
}

/** Leaves no byte free, or as many as are named. */
function fill(folder: string, freeBytes = 0): void {
  for (const bytes of [16_384, 4096, 1]) {
    try {
      for (;;) writeFileSync(join(folder, 'filling'), Buffer.alloc(bytes), { flag: 'a' })
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error
    }
  }
  const path = join(folder, 'filling')
  truncateSync(path, statSync(path).size - freeBytes)
}

const free = (folder: string): void => rmSync(join(folder, 'filling'))

async function authority() {
  const port = await freePort()
  const pebble = await startPebble({ tlsPort: port, validitySeconds: 3600 })
  const proxy = await startProxy(pebble)
  const certsFolder = smallDisk()!
  const folder = join(certsFolder, 'acme', directoryFolder(proxy.directory))
  const clock = { aheadMs: 0 }
  const start = () => keepFrom({ acme: proxy.acme, certsFolder, port, clock })
  return { pebble, proxy, port, clock, certsFolder, folder, start }
}

// Only root mounts disks: elsewhere these do not run.
describe.skipIf(missing('pebble', 'openssl') || !mayMount())('on a full disk', { timeout: 120_000 }, () => {
  it.each([0, 16_384])(
    '[AC13] with %d bytes free no certificate is asked for, nothing is half-written, and the next start with room gets one',
    async (freeBytes) => {
      const { pebble, proxy, certsFolder, folder, start } = await authority()
      mkdirSync(folder, { recursive: true })
      fill(certsFolder, freeBytes)
      await expect(start()).rejects.toMatchObject({
        code: 'CERTS_FOLDER_UNUSABLE',
        message: expect.stringMatching(/cannot be written: the disk is full\.$/),
      })
      expect(proxy.requests).toBe(0)
      expect(readdirSync(folder)).toEqual([])
      free(certsFolder)
      await start()
      expect(pebble.issued()).toBe(1)
    },
  )

  it('[AC13] a renewal waits, and the old certificate goes on, served and on disk', async () => {
    const { pebble, port, clock, certsFolder, folder, start } = await authority()
    const { events } = await start()
    const before = await servedSerial(port)
    const files = readdirSync(folder)
    const written = readFileSync(join(folder, 'game.example.pem'))
    events.length = 0
    fill(certsFolder)
    clock.aheadMs = 0.7 * HOUR_MS
    await eventually(() =>
      expect(events).toMatchObject([{ type: 'failed', error: { code: 'CERTS_FOLDER_UNUSABLE' } }]),
    )
    expect(await servedSerial(port)).toBe(before)
    expect(readFileSync(join(folder, 'game.example.pem'))).toEqual(written)
    expect(readdirSync(folder)).toEqual(files)
    expect(pebble.issued()).toBe(1)
  })

  it('[AC13] one that was issued when the room went away is served, and written when there is room again', async () => {
    const { pebble, proxy, port, clock, certsFolder, folder, start } = await authority()
    const { events } = await start()
    const before = await servedSerial(port)
    events.length = 0
    proxy.alter = async (path, forward) => {
      const answer = await forward()
      if (path.startsWith('/certZ') && answer.status === 200) {
        fill(certsFolder)
        clock.aheadMs = 0
      }
      return answer
    }
    clock.aheadMs = 0.7 * HOUR_MS
    await eventually(() => expect(events.map(({ type }) => type)).toContain('replaced'))
    expect(events[0]).toMatchObject({ type: 'failed', error: { code: 'CERTS_FOLDER_UNUSABLE' } })
    const served = await servedSerial(port)
    expect(served).not.toBe(before)
    const kept = () => new X509Certificate(readFileSync(join(folder, 'game.example.pem'))).serialNumber
    expect([before, served]).toContain(kept())
    expect(events.map(({ type }) => type)).toEqual(['failed', 'replaced'])
    free(certsFolder)
    await eventually(() => expect(kept()).toBe(served))
    await eventually(() => expect(readdirSync(folder).filter((file) => /tmp|lock/.test(file))).toEqual([]))
    expect(await servedSerial(port)).toBe(served)
    expect(pebble.issued()).toBe(2)
  })
})

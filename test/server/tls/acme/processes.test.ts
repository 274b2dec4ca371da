import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AcmeLock } from '../../../../server/tls/acme/acme-lock.ts'
import { type AcmeOptions, directoryFolder } from '../../../../server/tls/acme/acme-options.ts'
import { eventually } from '../../../eventually.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { ensureInProcesses } from '../processes.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { keepFrom, servedSerial } from './keep.ts'
import { startPebble } from './pebble.ts'
import { startProxy } from './proxy.ts'

const SCRIPT = fileURLToPath(new URL('./ask-in-process.ts', import.meta.url))

interface Asked {
  acme: AcmeOptions
  certsFolder: string
}

function inProcesses(count: number, mode: 'start' | 'renew', asked: Asked) {
  const args = [mode, JSON.stringify(asked)]
  return ensureInProcesses(Array<string[]>(count).fill(args), { script: SCRIPT })
}

function lockOf({ acme, certsFolder }: Asked): string {
  return join(certsFolder, 'acme', directoryFolder(acme.directory!), 'game.example.lock')
}

/** An authority that looks at a port which answers from the same folder: the one process that players reach. */
async function authority() {
  const port = await freePort()
  const pebble = await startPebble({ tlsPort: port })
  const certsFolder = scratchFolder()
  const acme = { names: ['game.example'], directory: pebble.directory, ca: pebble.ca }
  const other = { acme: { ...acme, names: ['other.example'] }, certsFolder, port }
  const { events } = await keepFrom(other)
  expect(pebble.issued()).toBe(1)
  return { pebble, port, events, asked: { acme, certsFolder } satisfies Asked }
}

describe.skipIf(missing('pebble', 'openssl'))(
  'processes that share a folder of certificates',
  { timeout: 120_000 },
  () => {
    it('[AC9] and start at once have one certificate issued, whichever of them the authority reaches', async () => {
      const { pebble, asked } = await authority()
      const answers = await inProcesses(4, 'start', asked)
      expect(answers).toEqual(Array(4).fill({ serial: expect.any(String) }))
      expect(new Set(answers.map(({ serial }) => serial)).size).toBe(1)
      expect(pebble.issued()).toBe(2)
      expect(existsSync(lockOf(asked))).toBe(false)
    })

    it('[AC9] and renew at once renew once, and a server that runs takes the new certificate over', async () => {
      const { pebble, asked } = await authority()
      const port = await freePort()
      const { events } = await keepFrom({ ...asked, port })
      expect(pebble.issued()).toBe(2)
      events.length = 0
      const answers = await inProcesses(3, 'renew', asked)
      expect(new Set(answers.map(({ serial }) => serial)).size).toBe(1)
      expect(pebble.issued()).toBe(3)
      await eventually(() => expect(events).toMatchObject([{ type: 'replaced', names: ['game.example'] }]))
      expect(await servedSerial(port)).toBe(answers[0]!['serial'])
    })

    it('[AC10] do not wait for one that was killed while it asked', async () => {
      const { pebble, asked } = await authority()
      const proxy = await startProxy(pebble, async () => 'silence')
      const slow = { ...asked, acme: { ...asked.acme, directory: proxy.directory, ca: proxy.ca } }
      const child = spawn(process.execPath, [SCRIPT, 'start', JSON.stringify(slow)])
      onTestFinished(() => void child.kill('SIGKILL'))
      child.stdin.write('go\n')
      await eventually(() => expect(readFileSync(lockOf(slow), 'utf8')).toContain(`${child.pid} `))
      child.kill('SIGKILL')
      await once(child, 'exit')
      proxy.alter = (_path, forward) => forward()
      const [answer] = await inProcesses(1, 'start', slow)
      expect(answer).toEqual({ serial: expect.any(String) })
    })

    it('[AC9] wait for one that lives', async () => {
      const waiting = await waitingFor((path) => new AcmeLock(path).take()!)
      waiting.unlock()
      expect(await waiting.answers).toEqual([{ serial: expect.any(String) }])
    })

    it('[AC10] wait for one on another machine, until it has not touched its lock for half a minute', async () => {
      const waiting = await waitingFor((path) => {
        writeFileSync(path, `${process.pid} 0123456789abcdef another-machine pid:[4026531836]`)
        return () => {
          const longAgo = new Date(Date.now() - 31_000)
          utimesSync(path, longAgo, longAgo)
        }
      })
      waiting.unlock()
      expect(await waiting.answers).toEqual([{ serial: expect.any(String) }])
    })
  },
)

/** A process that has opened its port and cannot go on, since somebody has the lock. */
async function waitingFor(lock: (path: string) => () => void) {
  const { pebble, asked } = await authority()
  const proxy = await startProxy(pebble)
  const port = await freePort()
  const locked = { ...asked, acme: { ...asked.acme, directory: proxy.directory, ca: proxy.ca }, port }
  mkdirSync(dirname(lockOf(locked)), { recursive: true })
  const unlock = lock(lockOf(locked))
  const answers = inProcesses(1, 'start', locked)
  await eventually(() => servedSerial(port))
  // Time enough for the first request, were it not waiting.
  for (let look = 0; look < 20; look++) expect(await servedSerial(port)).toBe('01')
  expect(proxy.requests).toBe(0)
  return { answers, unlock }
}

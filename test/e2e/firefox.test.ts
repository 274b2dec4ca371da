import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { ensureDevelopmentCa } from '../../server/tls/development-ca.ts'
import { findProgram } from '../../server/tls/trust/programs.ts'
import { missing } from '../needs.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { SecureServer } from './secure-server.ts'

// Not in the table of needs: that would make every run of the tests on a bare machine download another browser.
const FIREFOX = findProgram('firefox-esr') ?? findProgram('firefox')
const CLI = join(import.meta.dirname, '../../cli/main.ts')

/** Longest that it may take to start and look at a certificate, in milliseconds. */
const DECIDE_MS = 60_000

describe.skipIf(FIREFOX === undefined || missing('certutil'))('Firefox', () => {
  it('[CI7] believes a server after certs trust, and no longer after its undo', async () => {
    const home = scratchFolder()
    const profile = join(home, '.mozilla/firefox/ab12.default')
    mkdirSync(profile, { recursive: true })
    const authority = await ensureDevelopmentCa({
      ...{ dataFolder: join(scratchFolder(), 'data'), hostName: 'box-1', nowMs: Date.now() },
    })
    await using server = await SecureServer.start({ authority })

    /** Whether the page comes through the handshake. */
    const believes = async () => {
      const { arrivals, refusals } = server
      const options = ['--headless', '--no-remote', '--profile', profile, server.url]
      const browser = spawn(FIREFOX!, options, { env: { ...process.env, HOME: home }, stdio: 'ignore' })
      const decided = () => expect(server.arrivals + server.refusals).toBeGreaterThan(arrivals + refusals)
      try {
        await vi.waitFor(decided, { timeout: DECIDE_MS, interval: 50 })
        return server.arrivals > arrivals
      } finally {
        browser.kill('SIGTERM')
        await once(browser, 'exit')
      }
    }
    const certsTrust = (...options: string[]) =>
      execFileSync(process.execPath, [CLI, 'certs', 'trust', '--no-system', ...options], {
        env: { PATH: process.env['PATH'], HOME: home, FAIRGROUND_DATA: dirname(authority.certPath) },
        encoding: 'utf8',
      })

    expect(await believes()).toBe(false)
    expect(certsTrust()).toContain(`Firefox: trusted from now on\n  ${profile}`)
    expect(await believes()).toBe(true)
    expect(certsTrust('--undo')).toContain(`Firefox: no longer trusted\n  ${profile}`)
    expect(await believes()).toBe(false)
  }, 200_000)
})

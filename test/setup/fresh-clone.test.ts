import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connect } from '../../client-sdk/index.ts'
import type { server } from '../../server.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { Program, run } from '../program.ts'
import { shellEnvironment } from '../shell-environment.ts'

const ROOT = join(import.meta.dirname, '../..')
const SET_UP_MS = 240_000

/** The two commands of the README, as somebody types them who has just cloned the repository. */
describe.skipIf(missing('git'))('on a fresh clone', () => {
  const top = mkdtempSync(join(tmpdir(), 'fairground-clone-'))
  const clone = join(top, 'fairground')
  const caPath = join(top, 'home/.local/share/fairground/ca.pem')
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    mkdirSync(join(top, 'home'))
    // A home of its own, but the machine's package cache: it is not npm that is tested here.
    const settings = await run('npm', ['config', 'get', 'cache', 'userconfig', '--loglevel=error'], {
      cwd: top,
      env: shellEnvironment(),
    })
    const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(settings)?.[1]
    env = shellEnvironment({
      HOME: join(top, 'home'),
      npm_config_cache: setting('cache'),
      npm_config_userconfig: setting('userconfig'),
    })
    await run('git', ['clone', '--quiet', ROOT, clone], { cwd: top, env })
  })

  afterAll(() => rmSync(top, { recursive: true, force: true, maxRetries: 5 }))

  it('npm start sets up and serves the game over trusted https, with bots in it', {
    timeout: SET_UP_MS + 60_000,
  }, async () => {
    const port = await freePort()
    const url = `https://localhost:${port}`
    await using started = new Program('npm', ['start'], { cwd: clone, env: { ...env, PORT: String(port) } })
    await started.shows(new RegExp(`this machine {2}${url}/`), SET_UP_MS)
    expect(started.output).toMatch(/Installing packages and Node [\d.]+ \(first run\)/)
    const ca = readFileSync(caPath)
    const page = await ask(`${url}/arena/`, ca)
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<script type="module"') })
    const [, script] = /<script type="module"[^>]* src="([^"]+)"/.exec(page.text)!
    expect(await ask(new URL(script!, `${url}/arena/`).href, ca)).toMatchObject({ status: 200 })
    const playing = async () => {
      const rooms = JSON.parse((await ask(`${url}/rooms`, ca)).text) as { name: string; clients: number }[]
      expect(rooms).toContainEqual(expect.objectContaining({ name: 'arena', clients: expect.any(Number) }))
      expect(rooms[0]!.clients).toBeGreaterThan(1)
    }
    await vi.waitFor(playing, { timeout: 20_000, interval: 100 })
    await visitAll(url, ca)
    await started.stop()
    await expect(ask(`${url}/healthz`, ca)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('npm start leaves nothing behind that git would take', async () => {
    expect(existsSync(join(clone, 'certs/development.key'))).toBe(true)
    expect(await run('git', ['status', '--porcelain'], { cwd: clone, env })).toBe('')
  })

  it('npm test passes', { timeout: SET_UP_MS + 60_000 }, async () => {
    const output = await run('npm', ['test'], { cwd: clone, env: { ...env, FAIRGROUND_NESTED: '1' } })
    expect(output).toMatch(/^[1-9]\d* passed, 0 failed$/m)
  })
})

/** Each room has its page, and somebody to be in it. */
async function visitAll(url: string, ca: Buffer): Promise<void> {
  for (const page of ['', 'arena/', 'chat/', 'turns/', 'ticker/', 'devices/'])
    expect(await ask(`${url}/${page}`, ca)).toMatchObject({
      status: 200,
      text: expect.stringContaining('<script type="module"'),
    })
  setDefaultCACertificates([...getCACertificates('default'), String(ca)])
  const visitor = connect<typeof server>(url.replace('https', 'wss'))
  const rooms = [
    await visitor.joinOrCreate('arena', { name: 'Ann' }),
    await visitor.joinOrCreate('chat', { name: 'Ann' }),
    await visitor.joinOrCreate('turns', { name: 'Ann' }),
    await visitor.joinOrCreate('ticker'),
    await visitor.joinOrCreate('devices', { role: 'operator' }),
  ]
  const names = async () =>
    (JSON.parse((await ask(`${url}/rooms`, ca)).text) as { name: string }[]).map(({ name }) => name)
  expect(new Set(await names())).toEqual(new Set(['arena', 'chat', 'turns', 'ticker', 'devices']))
  for (const room of rooms) await room.leave()
}

function ask(url: string, ca: Buffer): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.once('end', () => resolve({ status: response.statusCode, text }))
    }).once('error', reject)
  })
}

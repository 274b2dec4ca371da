import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ensureDevelopmentCertificate } from '../../server/tls/development-leaf.ts'
import { freePort } from '../free-port.ts'
import { Command, project, run, serverFile } from './command.ts'

const PRODUCTION = { NODE_ENV: 'production' }

/** A project with a server file and a certificate with its key. */
async function certified(): Promise<{ cwd: string; ca: string; pems: readonly string[] }> {
  const cwd = project({ 'server.ts': serverFile('arena') })
  const made = await ensureDevelopmentCertificate({
    certsFolder: join(cwd, 'pem'),
    dataFolder: join(cwd, 'ca'),
    nowMs: Date.now(),
  })
  const chain = join(cwd, 'chain.pem')
  writeFileSync(chain, `${made.certPem}${made.caPem}`)
  return { cwd, ca: made.caPem, pems: ['--cert', chain, '--key', made.keyPath] }
}

/** What a server answers to who trusts its authority. */
function get(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', reject)
      .end()
  })
}

it('serves over https with the given certificate, logs as JSON, and ends with 0 on SIGTERM', async () => {
  const { cwd, ca, pems } = await certified()
  const where = ['--port', String(await freePort()), '--host', '127.0.0.1']
  const server = new Command(['start', ...pems, ...where], { cwd, env: PRODUCTION })
  const [, url] = await server.shows(/"url":"(https:[^"]+)"/)
  expect(await get(`${url}/healthz`, ca)).toBe(200)
  for (const line of server.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level')
  server.signal('SIGTERM')
  expect(await server.ended).toBe(0)
  await expect(get(`${url}/healthz`, ca)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

it('takes certificate and port from the environment, and counts as production by itself', async () => {
  const { cwd, ca, pems } = await certified()
  const PORT = String(await freePort())
  const env = { FAIRGROUND_CERT: pems[1]!, FAIRGROUND_KEY: pems[3]!, ...{ PORT, HOST: '127.0.0.1' } }
  const file = serverFile('arena', "console.log('mode:', process.env.NODE_ENV)")
  writeFileSync(join(cwd, 'game.ts'), file)
  const server = new Command(['start', 'game.ts'], { cwd, env })
  const [, url] = await server.shows(/"url":"(https:[^"]+)"/)
  expect(server.stdout).toContain('mode: production')
  expect(url).toBe(`https://localhost:${PORT}`)
  expect(await get(`${url}/healthz`, ca)).toBe(200)
})

it('never makes a development certificate: without one of its own it does not start', async () => {
  const { code, stderr } = await run(['start', '--port', '0'], {
    cwd: project({ 'server.ts': serverFile('arena') }),
    env: PRODUCTION,
  })
  expect(code).toBe(1)
  expect(stderr).toContain('[CERTIFICATE_MISSING]')
  expect(stderr).toContain('Pass --cert and --key')
})

it.each([
  ['a file that is not there', 'CERTIFICATE_UNREADABLE', 'nowhere.pem'],
  ['a half-written file', 'CERTIFICATE_INVALID', 'half.pem'],
])('explains %s in place of the certificate', async (_what, code, file) => {
  const { cwd, pems } = await certified()
  writeFileSync(join(cwd, 'half.pem'), readFileSync(pems[1]!, 'utf8').slice(0, 300))
  const ended = await run(['start', '--cert', file, '--key', pems[3]!, '--port', '0'], {
    cwd,
    env: PRODUCTION,
  })
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain(`[${code}]`)
  expect(ended.stderr).toContain(file)
})

it('explains a key that belongs to another certificate', async () => {
  const { cwd, pems } = await certified()
  const other = await certified()
  const mixed = await run(['start', '--cert', pems[1]!, '--key', other.pems[3]!], { cwd, env: PRODUCTION })
  expect(mixed.code).toBe(1)
  expect(mixed.stderr).toContain('[CERTIFICATE_KEY_MISMATCH]')
})

it('says that the port is taken and which one to try', async () => {
  const port = await freePort()
  const taken = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise((listening) => taken.once('listening', listening))
  const { cwd, pems } = await certified()
  const args = ['start', ...pems, '--port', String(port), '--host', '127.0.0.1']
  const { code, stderr } = await run(args, { cwd, env: PRODUCTION })
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${port} is taken by another program.`)
  expect(stderr).toContain(`--port ${port + 1}`)
  expect(stderr).not.toMatch(/^ {4}at /m)
})

it('says that this machine has no such address', async () => {
  const { cwd, pems } = await certified()
  const { code, stderr } = await run(['start', ...pems, '--port', '0', '--host', '192.0.2.1'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('[HOST_UNAVAILABLE]')
  expect(stderr).toContain('"192.0.2.1"')
})

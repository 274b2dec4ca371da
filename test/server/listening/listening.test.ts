import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createServer } from '../../../server/create-server.ts'
import type { ServerOptions } from '../../../server/server-options.ts'
import { ensureDevelopmentCertificate } from '../../../server/tls/development-leaf.ts'
import { startTestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { eventually } from '../../eventually.ts'
import { freePort } from '../../free-port.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

const rooms = { yard: YardRoom }
const host = '127.0.0.1'

/** A server that does not listen yet; it goes away with the test. */
function made(options: Partial<ServerOptions<typeof rooms>> = {}) {
  const folders = { certsFolder: scratchFolder(), dataFolder: scratchFolder() }
  const server = createServer({ rooms, log: 'silent', ...folders, ...options }, { manualTicks: true })
  onTestFinished(() => server.close())
  return server
}

/** Takes a loopback port, or fails as Node does. */
async function occupy(port: number) {
  const other = createTcpServer().listen(port, host)
  await once(other, 'listening')
  return { release: () => new Promise((done) => other.close(done)) }
}

function stubEnvironment(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

it('says which port is taken and which to try, and listens when asked again', async () => {
  const port = await freePort()
  const other = await occupy(port)
  const server = made()
  await expect(server.listen({ port, host })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `Port ${port} is taken by another program.`,
    next: expect.stringContaining(`--port ${port + 1}`),
  })
  expect(server.address).toBeUndefined()
  await other.release()
  expect(await server.listen({ port, host })).toMatchObject({ port, url: `https://localhost:${port}` })
})

it.each([-1, 65_536, 80.5, Number.NaN, '80' as never])('refuses %s as a port', async (port) => {
  await expect(made().listen({ port, host })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: `${port} is not a port: it must be 0 to 65535.`,
  })
})

it.each(['192.0.2.1', 'no-such-host.invalid'])(
  'says that this machine has no address %s',
  async (unknown) => {
    await expect(made().listen({ port: 0, host: unknown })).rejects.toMatchObject({
      code: 'HOST_UNAVAILABLE',
      message: `This machine has no address "${unknown}".`,
    })
  },
)

it('takes port and host from the environment where none is given', async () => {
  const PORT = String(await freePort())
  stubEnvironment({ PORT, HOST: host })
  expect(await made().listen()).toMatchObject({ port: Number(PORT), networkUrls: [] })
})

it('prefers what it is given to the environment', async () => {
  stubEnvironment({ PORT: 'no number', HOST: '192.0.2.1' })
  const port = await freePort()
  expect(await made().listen({ port, host })).toMatchObject({ port })
})

it.each(['http', '65536', '-1', '80.5', ' 80', '0x50'])('refuses "%s" in the PORT variable', async (PORT) => {
  stubEnvironment({ PORT })
  await expect(made().listen({ host })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(`The PORT variable is "${PORT}"`),
  })
})

it('answers the same when asked to listen again, also at the same time', async () => {
  const server = made()
  const [first, second] = await Promise.all([
    server.listen({ port: 0, host }),
    server.listen({ port: 0, host }),
  ])
  expect(second).toEqual(first)
  expect(await server.listen({ port: 1 })).toBe(server.address)
  await server.close()
  const again = await occupy(first.port)
  await again.release()
})

it('frees its port also when it is closed while it opens', async () => {
  const server = made()
  const port = await freePort()
  const opening = server.listen({ port, host })
  await server.close()
  await opening
  const other = await occupy(port)
  await other.release()
})

it('is the only one of its process, until it is closed', async () => {
  const server = made()
  expect(() => made()).toThrow(expect.objectContaining({ code: 'SERVER_ALREADY_CREATED' }))
  await server.listen({ port: 0, host })
  expect(() => made()).toThrow(expect.objectContaining({ code: 'SERVER_ALREADY_CREATED' }))
  await server.close()
  const next = made()
  expect((await next.listen({ port: 0, host })).port).toBeGreaterThan(0)
})

it('leaves the process free for another when it could not be made', () => {
  expect(() => made({ rooms: { 'a room': YardRoom } as never })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  )
  expect(made().address).toBeUndefined()
})

it('never serves players with a development certificate in production', async () => {
  stubEnvironment({ NODE_ENV: 'production' })
  const server = made()
  await expect(server.listen({ port: 0, host })).rejects.toMatchObject({ code: 'CERTIFICATE_MISSING' })
  const own = await ensureDevelopmentCertificate({
    ...{ certsFolder: scratchFolder(), dataFolder: scratchFolder(), nowMs: Date.now() },
  })
  const tls = { files: { cert: own.certPath, key: own.keyPath, ca: own.caPath } }
  expect(await server.listen({ port: 0, host, tls })).toMatchObject({ caPath: undefined, caNew: false })
})

it.each([
  ['that is not there', undefined, 'CERTIFICATE_UNREADABLE'],
  ['of other text', 'hello', 'CERTIFICATE_INVALID'],
])('names a certificate file %s', async (_what, text, code) => {
  const cert = join(scratchFolder(), 'mine.pem')
  if (text !== undefined) writeFileSync(cert, text)
  const server = made({ tls: { files: { cert, key: cert } } })
  await expect(server.listen({ port: 0, host })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(cert),
  })
  expect(server.address).toBeUndefined()
})

it('closes for good: every player is told, hooks have run, and the port is free', async () => {
  await using server = await startTestServer({ rooms })
  const players = [await server.connect().create('yard'), await server.connect().create('yard')]
  const states = players.map((player) => server.room('yard', player).state)
  const reasons: unknown[] = []
  for (const player of players) player.onStatus((status, reason) => reasons.push([status, reason?.code]))
  const { port } = server.server.address!
  await Promise.all([server.server.close(), server.server.close()])
  await eventually(() => expect(reasons).toEqual([1, 2].map(() => ['closed', 'SERVER_SHUTTING_DOWN'])))
  expect(states.map(({ children }) => children.size)).toEqual([0, 0])
  expect(server.server.address).toBeUndefined()
  const other = await occupy(port)
  await other.release()
})

it('tells how it is at /healthz', async () => {
  await using server = await startTestServer({ rooms })
  const health = async () => (await fetch(`${server.url}/healthz`)).json()
  expect(await health()).toMatchObject({ status: 'ok', rooms: 0, clients: 0 })
  await server.connect().joinOrCreate('yard')
  expect(await health()).toMatchObject({ status: 'ok', rooms: 1, clients: 1 })
  const { headers } = await fetch(`${server.url}/healthz`)
  expect(headers.get('cache-control')).toBe('no-store')
})

it.each(['a path', 'a file: URL'])(
  'serves the pages of a folder given as %s, and nothing beside it',
  async (how) => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'web'))
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    writeFileSync(join(folder, 'web', '.env'), 'secret')
    writeFileSync(join(folder, 'web', 'index.html'), '<!doctype html><title>Yard</title>')
    const web = join(folder, 'web')
    await using server = await startTestServer({ rooms, web: how === 'a path' ? web : pathToFileURL(web) })
    const page = await fetch(`${server.url}/`)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toBe(readFileSync(join(web, 'index.html'), 'utf8'))
    for (const path of ['/.env', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/..%5csecret.txt', '/%00']) {
      const answer = await fetch(`${server.url}${path}`)
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
      expect(answer.status, path).toBeLessThan(500)
      expect(await answer.text()).not.toContain('secret.txt')
    }
  },
)

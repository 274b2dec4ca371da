import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { Command, project, run, serverFile } from './command.ts'

const QUIET = ['--bots', '0', '--host', '127.0.0.1']

/** A server under `fairground dev`: its address, as printed, and its authority, as made in the user's home. */
async function develop(cwd: string, args: readonly string[] = []) {
  const command = new Command(['dev', ...QUIET, '--port', String(await freePort()), ...args], { cwd })
  const [, url] = await command.shows(/this machine {2}(https:\S+:\d+)\//)
  const ca = readFileSync(join(cwd, '..', 'home', 'data', 'fairground', 'ca.pem'), 'utf8')
  /** How a server answers to who wants a room: 200 for one that it has. */
  const wish = (room: string) => ask(`${url}/matchmake/joinOrCreate/${room}`, ca)
  return { command, url: url!, wish }
}

function ask(url: string, ca: string): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    request(url, { method: 'POST', ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
      .end('{}')
  })
}

it('prints where to play and how to trust it, serves wss, and ends with 0 on Ctrl-C', async () => {
  const cwd = project({ 'server.ts': serverFile('arena') })
  const { command, url, wish } = await develop(cwd)
  expect(url).toMatch(/^https:\/\/localhost:\d+$/)
  expect(command.stdout).toContain('Fairground is open')
  expect(command.stdout).toContain('A new certificate authority was made for you')
  expect(command.stdout).toContain(join('home', 'data', 'fairground', 'ca.pem'))
  expect(await wish('arena')).toBe(200)
  expect(await wish('other')).toBe(520)
  expect(statSync(join(cwd, 'certs', 'development.key')).mode & 0o077, 'nobody else reads the key').toBe(0)
  command.signal('SIGINT')
  expect(await command.ended).toBe(0)
  expect(await wish('arena')).toBe('ECONNREFUSED')
})

it('restarts at the same address when a file changes, through a mistake and its mending', async () => {
  const cwd = project({ 'server.ts': serverFile('first') })
  const { command, wish } = await develop(cwd)
  expect(await wish('second')).toBe(520)

  writeFileSync(join(cwd, 'server.ts'), serverFile('second'))
  await command.shows(/server\.ts changed: restarting the server/)
  await eventually(async () => expect(await wish('second')).toBe(200))
  expect(await wish('first')).toBe(520)

  writeFileSync(join(cwd, 'server.ts'), 'export const server = createServr()')
  await command.shows(/cannot be run: createServr is not defined/)
  await command.shows(/The server stopped\. It starts again when a file changes\./)
  expect(await wish('second')).toBe('ECONNREFUSED')

  writeFileSync(join(cwd, 'server.ts'), serverFile('third'))
  await eventually(async () => expect(await wish('third')).toBe(200))
  expect(command.stdout.match(/Fairground is open/g), 'the welcome is not repeated').toHaveLength(1)

  command.signal('SIGTERM')
  expect(await command.ended).toBe(0)
})

it('takes its children along when it is killed', async () => {
  const { command, wish } = await develop(project({ 'server.ts': serverFile('arena') }), ['--no-watch'])
  expect(await wish('arena')).toBe(200)
  command.signal('SIGKILL')
  await command.ended
  await eventually(async () => expect(await wish('arena')).toBe('ECONNREFUSED'))
})

it('starts the bots of a project and stops them with it', async () => {
  const cwd = project({ 'server.ts': serverFile('arena') })
  mkdirSync(join(cwd, 'bots'))
  writeFileSync(
    join(cwd, 'bots', 'main.ts'),
    `
      const { FAIRGROUND_URL, FAIRGROUND_BOTS, NODE_EXTRA_CA_CERTS } = process.env
      const response = await fetch(FAIRGROUND_URL!.replace('wss:', 'https:') + '/healthz')
      process.once('SIGTERM', () => { console.log('bots: bye'); process.exit(0) })
      console.log('bots:', FAIRGROUND_BOTS, response.status, NODE_EXTRA_CA_CERTS)
      setInterval(() => {}, 1_000)
    `,
  )
  const { command } = await develop(cwd, ['--bots', '4', '--no-watch'])
  await command.shows(/bots: 4 200 .*ca\.pem/)
  command.signal('SIGINT')
  expect(await command.ended).toBe(0)
  expect(command.stdout).toContain('bots: bye')
})

it('ends with 1 when the port is taken', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((listening) => other.once('listening', listening))
  const cwd = project({ 'server.ts': serverFile('arena') })
  const { code, stderr } = await run(['dev', ...QUIET, '--port', String(port)], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${port} is taken by another program.`)
  expect(stderr).toContain('[PORT_IN_USE]')
})

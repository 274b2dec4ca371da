/** How long from a fresh clone to a page that can be played, and from a restart to listening? */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { percentile, publish } from './parts/report.ts'

const RESTARTS = 5
const PORT = 24_567
const ROOT = join(import.meta.dirname, '..')
/** As a person's shell has it: without this project's own programs. */
const PATH = process.env['PATH']!.split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter)

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const clone = join(folder, 'clone')
await run('git', ['clone', '--quiet', ROOT, clone], ROOT)

const freshMs = await timeUntilPage(['npm', 'start', '--', '--host', '127.0.0.1', '--port', String(PORT)])
const restartsMs: number[] = []
for (let i = 0; i < RESTARTS; i++) {
  restartsMs.push(
    await timeUntilPage([
      join(clone, 'node_modules/.bin/node'),
      'cli/main.ts',
      'dev',
      '--host',
      '127.0.0.1',
      '--port',
      String(PORT),
    ]),
  )
}
await rm(folder, { recursive: true, force: true })

publish({
  name: 'start',
  question: 'How long until a game can be played?',
  method: `Package cache as it is on this machine; the restart is the median of ${RESTARTS}.`,
  figures: [
    { what: 'fresh clone to playable page', value: freshMs / 1000, unit: 's', limit: 60 },
    { what: 'restart to listening', value: percentile(restartsMs, 0.5) / 1000, unit: 's', limit: 3 },
  ],
})

/** Runs a command that serves the arena, until its page answers over https with a trusted certificate. */
async function timeUntilPage([command, ...args]: string[]): Promise<number> {
  const startedMs = performance.now()
  const env = { ...process.env, PATH, FAIRGROUND_DATA: join(folder, 'data') }
  const server = spawn(command!, args, { cwd: clone, env, stdio: 'ignore', detached: true })
  while (!(await answers('/arena/'))) await wait(50)
  const ms = performance.now() - startedMs
  process.kill(-server.pid!, 'SIGINT')
  if (server.exitCode === null) await once(server, 'exit')
  while (await answers('/arena/')) await wait(50)
  return ms
}

async function answers(path: string): Promise<boolean> {
  const ca = await readFile(join(folder, 'data/ca.pem')).catch(() => undefined)
  if (!ca) return false
  return new Promise((resolve) => {
    const request = get({ host: 'localhost', port: PORT, path, ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('error', () => resolve(false))
  })
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const [code] = await once(spawn(command, args, { cwd, stdio: 'inherit' }), 'exit')
  if (code !== 0) throw new Error(`${command} ended with code ${code}`)
}

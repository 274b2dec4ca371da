import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathOf } from '../needs.ts'
import { Program, run } from '../program.ts'
import type { ProxyKind, ProxySetup } from './proxy.ts'
import { type Filling, fillIn } from './shipped.ts'

const AS_ROOT = process.getuid?.() === 0

export const haproxy: ProxyKind = {
  name: 'HAProxy',
  needs: 'haproxy',
  keepsSockets: true,
  limitsConnections: true,
  cutsSilence: true,
  group: 'haproxy',
  async start(setup) {
    const { certificate, games } = setup
    const variant = games.length > 1 ? 'several-processes.cfg' : 'one-process.cfg'
    const log = await startLog(setup.stack)
    const files = ['haproxy.cfg', variant].map((name) => join(setup.folder, 'haproxy', name))
    fillIn({ 'haproxy/haproxy.cfg': files[0]!, [`haproxy/${variant}`]: files[1]! }, [
      ['/etc/haproxy/certs/game.example.pem', certificate.bundle],
      ...(games[1] === undefined ? [] : [['127.0.0.1:2568', `127.0.0.1:${games[1]}`] as const]),
      ['127.0.0.1:8402', `127.0.0.1:${setup.ports.acme}`],
      ...commonFillings(setup, log.port),
    ])
    return startHaproxy(files, log)
  },
}

/** The variant that passes TLS through; no part of the contract of those in which it ends. */
export async function startPassThrough(setup: ProxySetup & { plainGame: number; version: 1 | 2 }) {
  const log = await startLog(setup.stack)
  const file = join(setup.folder, 'haproxy', 'pass-through.cfg')
  fillIn({ 'haproxy/pass-through.cfg': file }, [
    ['127.0.0.1:2580', `127.0.0.1:${setup.plainGame}`],
    // What the comment above that line says.
    ...(setup.version === 1 ? [['2567 send-proxy-v2', '2567 send-proxy'] as const] : []),
    ...commonFillings(setup, log.port),
  ])
  return startHaproxy([file], log)
}

function commonFillings({ ports, games, folder, socket }: ProxySetup, logPort: number): Filling[] {
  const away = ['    chroot /var/lib/haproxy\n', '    user haproxy\n', '    group haproxy\n'] as const
  return [
    ['0.0.0.0:443,[::]:443', `127.0.0.1:${ports.https}`],
    ['0.0.0.0:80,[::]:80', `127.0.0.1:${ports.http}`],
    ['log /dev/log', `log 127.0.0.1:${logPort}`],
    socket === undefined
      ? ['127.0.0.1:2567', `127.0.0.1:${games[0]}`]
      : ['server p0 127.0.0.1:2567', `server p0 unix@${AS_ROOT ? `/${basename(socket)}` : socket}`],
    // Only root can become another user and change the root folder.
    ...(AS_ROOT ? [['/var/lib/haproxy', folder] as const] : away.map((line) => [line, ''] as const)),
  ]
}

/** HAProxy writes no files: a syslog of ours takes what it says. */
async function startLog(stack: AsyncDisposableStack) {
  let text = ''
  const socket = createSocket('udp4', (line) => {
    text += `${line}\n`
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  stack.defer(() => void socket.close())
  return { port: socket.address().port, read: () => text }
}

async function startHaproxy(files: readonly string[], log: { read(): string }) {
  const folder = join(files[0]!, '..')
  mkdirSync(folder, { recursive: true })
  const command = pathOf('haproxy')!
  const where = { cwd: folder, env: process.env }
  const args = files.flatMap((file) => ['-f', file])
  const check = () => run(command, ['-c', ...args], where)
  await check()
  // A master with its workers, as Debian's unit starts it.
  const program = new Program(command, ['-W', '-db', ...args], where)
  return {
    program,
    readLog: log.read,
    check,
    async reload() {
      await check()
      process.kill(program.pid, 'SIGUSR2')
    },
  }
}

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf } from '../needs.ts'
import { Program, run } from '../program.ts'
import type { ProxyKind, ProxySetup } from './proxy.ts'
import { type Filling, fillIn } from './shipped.ts'

const PARTS = ['http.conf', 'server.conf', 'tls.conf', 'forward.conf'] as const

export const nginx: ProxyKind = {
  name: 'nginx',
  needs: 'nginx',
  keepsSockets: true,
  limitsConnections: true,
  cutsSilence: true,
  group: 'www-data',
  start(setup) {
    const variant = setup.games.length > 1 ? 'several-processes.conf' : 'one-process.conf'
    const folder = join(setup.folder, 'nginx')
    const files = Object.fromEntries(
      [variant, ...PARTS].map((part) => [`nginx/fairground/${part}`, join(folder, 'fairground', part)]),
    )
    fillIn({ 'nginx/nginx.conf': join(folder, 'nginx.conf'), ...files }, [
      ['/etc/nginx/fairground/one-process.conf', `${folder}/fairground/${variant}`],
      ['/etc/nginx/fairground/', `${folder}/fairground/`],
      ...certificateFillings(setup),
      ...commonFillings(setup),
    ])
    return startNginx(folder)
  },
}

/** The variant that passes TLS through; no part of the contract of those in which it ends. */
export function startPassThrough(setup: ProxySetup & { plainGame: number }) {
  const folder = join(setup.folder, 'nginx')
  fillIn({ 'nginx/pass-through.conf': join(folder, 'nginx.conf') }, [
    ['127.0.0.1:2580', `127.0.0.1:${setup.plainGame}`],
    ...commonFillings(setup),
  ])
  return startNginx(folder)
}

function certificateFillings({ certificate, folder }: ProxySetup): Filling[] {
  return [
    ['/etc/ssl/game.example/fullchain.pem', certificate.fullchain],
    ['/etc/ssl/game.example/privkey.pem', certificate.key],
    ['/var/www/acme', join(folder, 'acme')],
  ]
}

function commonFillings({ folder, ports, games, socket }: ProxySetup): Filling[] {
  return [
    // A second loopback address in place of IPv6, which not every machine has.
    ['listen [::]:443', `listen 127.0.0.9:${ports.https}`],
    ['listen 443', `listen 127.0.0.1:${ports.https}`],
    ['listen [::]:80', `listen 127.0.0.9:${ports.http}`],
    ['listen 80', `listen 127.0.0.1:${ports.http}`],
    socket === undefined
      ? ['127.0.0.1:2567', `127.0.0.1:${games[0]}`]
      : ['server 127.0.0.1:2567;', `server unix:${socket};`],
    ...(games[1] === undefined ? [] : [['127.0.0.1:2568', `127.0.0.1:${games[1]}`] as const]),
    ['/run/nginx.pid', join(folder, 'nginx', 'nginx.pid')],
    ['/var/log/nginx/', `${folder}/nginx/`],
  ]
}

async function startNginx(folder: string) {
  mkdirSync(folder, { recursive: true })
  const command = pathOf('nginx')!
  const where = { cwd: folder, env: process.env }
  const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]
  const check = () => run(command, ['-t', ...args], where)
  await check()
  const program = new Program(command, [...args, '-g', 'daemon off;'], where)
  return {
    program,
    readLog: () =>
      ['fairground.log', 'error.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join(''),
    check,
    async reload() {
      await run(command, ['-s', 'reload', ...args], where)
    },
  }
}

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf } from '../needs.ts'
import { Program, run } from '../program.ts'
import type { ProxyKind } from './proxy.ts'
import { fillIn } from './shipped.ts'

export const caddy: ProxyKind = {
  name: 'Caddy',
  needs: 'caddy',
  // Debian's 2.6 has no stream_close_delay: sockets are closed when a new configuration is loaded.
  keepsSockets: false,
  limitsConnections: false,
  cutsSilence: false,
  group: 'root',
  async start({ folder: base, ports, games, certificate, socket }) {
    const folder = join(base, 'caddy')
    const variant = games.length > 1 ? 'several-processes' : 'one-process'
    const files = [variant, 'forward'].map((name) => [
      `caddy/fairground/${name}`,
      join(folder, 'fairground', name),
    ])
    const file = join(folder, 'Caddyfile')
    fillIn({ 'caddy/Caddyfile': file, ...Object.fromEntries(files) }, [
      // What the comment below that line says.
      ['\ttls {\n', `\ttls ${certificate.fullchain} ${certificate.key} {\n`],
      ['http_port 80', `http_port ${ports.http}\n\tdefault_bind 127.0.0.1`],
      ['https_port 443', `https_port ${ports.https}`],
      ['/etc/caddy/fairground/one-process', join(folder, 'fairground', variant)],
      ['/etc/caddy/fairground/', `${folder}/fairground/`],
      ['/var/lib/caddy/', `${folder}/`],
      ['/var/log/caddy/', `${folder}/`],
      socket === undefined
        ? ['127.0.0.1:2567', `127.0.0.1:${games[0]}`]
        : ['reverse_proxy 127.0.0.1:2567', `reverse_proxy unix/${socket}`],
      ...(games[1] === undefined ? [] : [['127.0.0.1:2568', `127.0.0.1:${games[1]}`] as const]),
    ])
    mkdirSync(folder, { recursive: true })
    const command = pathOf('caddy')!
    const env = { PATH: process.env['PATH'], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    const check = () => run(command, ['validate', '--config', file], { cwd: folder, env })
    await check()
    const program = new Program(command, ['run', '--config', file], { cwd: folder, env })
    return {
      program,
      readLog: () => ['fairground.log', 'caddy.log'].map((name) => read(join(folder, name))).join(''),
      check,
      async reload() {
        await run(command, ['reload', '--config', file, '--force'], { cwd: folder, env })
      },
    }
  },
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

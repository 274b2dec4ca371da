import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'
import { pathOf } from './needs.ts'
import { scratchFolder } from './server/tls/scratch-folder.ts'

/**
 * Runs a real nginx until the test is over.
 *
 * @param http what stands in its `http` block
 * @param ports those that it opens, waited for
 */
export async function nginx(http: string, ports: readonly number[]): Promise<void> {
  const folder = scratchFolder()
  for (const name of ['logs', 'tmp']) mkdirSync(join(folder, name))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/tmp/${kind};`,
  )
  const config = `
    daemon off;
    worker_processes 1;
    pid ${folder}/nginx.pid;
    error_log stderr warn;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events { worker_connections 200; }
    http { access_log off; ${temporary.join(' ')} ${http} }
  `
  writeFileSync(join(folder, 'nginx.conf'), config)
  const child = spawn(pathOf('nginx')!, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  for (const port of ports) {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`)
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.destroy()
    })
  }
}

/** Where a game is behind nginx: what people write, or forget to. */
export function nginxServer({
  port,
  cert,
  key,
  upstream,
  proxied = PASSES_WEBSOCKETS,
  host = '$http_host',
  protocols = 'TLSv1.2 TLSv1.3',
  server = '',
}: {
  port: number
  /** Paths of PEM files. */
  cert: string
  key: string
  /** Port of the game server, without TLS. */
  upstream: number
  /** Directives in the location. */
  proxied?: string
  /** What the game server is told that it was asked as. */
  host?: string
  protocols?: string
  /** Directives in the server block. */
  server?: string
}): string {
  return `server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${cert}; ssl_certificate_key ${key}; ssl_protocols ${protocols};
    ${server}
    location / { proxy_pass http://127.0.0.1:${upstream}; proxy_set_header Host ${host};
      proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-For $remote_addr; ${proxied} }
  }`
}

export const PASSES_WEBSOCKETS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'

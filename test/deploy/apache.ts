import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf } from '../needs.ts'
import { Program, run } from '../program.ts'
import type { ProxyKind } from './proxy.ts'
import { fillIn } from './shipped.ts'

/** As in deploy/apache/README.md. */
export const MODULES = ['ssl', 'http2', 'headers', 'proxy_http', 'proxy_wstunnel', 'reqtimeout'] as const
export const SEVERAL_MODULES = ['proxy_balancer', 'lbmethod_bybusyness'] as const

export const apache: ProxyKind = {
  name: 'Apache',
  needs: 'apache',
  keepsSockets: true,
  limitsConnections: false,
  cutsSilence: true,
  group: 'www-data',
  async start({ folder: base, ports, games, certificate, socket }) {
    const folder = join(base, 'apache')
    const several = games.length > 1
    const site = several ? 'fairground-several' : 'fairground'
    const env = debianCopy(folder, ports)
    const { APACHE_CONFDIR: conf } = env
    const where = { cwd: folder, env }
    const files = ['fairground-common.conf', 'fairground-host.conf'].map((name) => [
      `apache/${name}`,
      join(conf, name),
    ])
    fillIn(
      {
        'apache/fairground-mpm.conf': join(conf, 'conf-available', 'fairground-mpm.conf'),
        [`apache/${site}.conf`]: join(conf, 'sites-available', `${site}.conf`),
        ...Object.fromEntries(files),
      },
      [
        ['/etc/apache2/', `${conf}/`],
        ['/etc/ssl/game.example/fullchain.pem', certificate.fullchain],
        ['/etc/ssl/game.example/privkey.pem', certificate.key],
        ['/var/www/acme', join(base, 'acme')],
        ['*:443', `*:${ports.https}`],
        ['*:80', `*:${ports.http}`],
        socket === undefined
          ? ['127.0.0.1:2567', `127.0.0.1:${games[0]}`]
          : ['"http://127.0.0.1:2567/"', `"unix:${socket}|http://localhost/"`],
        ...(games[1] === undefined ? [] : [['127.0.0.1:2568', `127.0.0.1:${games[1]}`] as const]),
      ],
    )
    await run('a2enmod', ['-q', ...MODULES, ...(several ? SEVERAL_MODULES : [])], where)
    await run('a2enconf', ['-q', 'fairground-mpm'], where)
    await run('a2ensite', ['-q', site], where)
    const command = pathOf('apache')!
    const args = ['-d', conf, '-f', join(conf, 'apache2.conf')]
    const check = () => run(command, [...args, '-t'], where)
    await check()
    const program = new Program(command, [...args, '-DFOREGROUND'], where)
    return {
      program,
      readLog: () => ['fairground.log', 'error.log'].map((name) => read(join(folder, name))).join(''),
      check,
      async reload() {
        await run(command, [...args, '-k', 'graceful'], where)
      },
    }
  },
}

/** Debian's own configuration in a folder of ours, with nothing switched on but what the package does. */
function debianCopy(folder: string, ports: { https: number; http: number }) {
  const conf = join(folder, 'apache2')
  mkdirSync(folder)
  cpSync('/etc/apache2', conf, { recursive: true, verbatimSymlinks: true })
  for (const name of ['sites-enabled', 'conf-enabled']) {
    rmSync(join(conf, name), { recursive: true, force: true })
    mkdirSync(join(conf, name))
  }
  const text = readFileSync(join(conf, 'ports.conf'), 'utf8')
  writeFileSync(
    join(conf, 'ports.conf'),
    text
      .replaceAll('Listen 443', `Listen 127.0.0.1:${ports.https}`)
      .replace('Listen 80', `Listen 127.0.0.1:${ports.http}`),
  )
  return {
    PATH: process.env['PATH'],
    APACHE_CONFDIR: conf,
    APACHE_RUN_USER: 'www-data',
    APACHE_RUN_GROUP: 'www-data',
    APACHE_PID_FILE: join(folder, 'apache2.pid'),
    APACHE_RUN_DIR: folder,
    APACHE_LOCK_DIR: folder,
    APACHE_LOG_DIR: folder,
    LANG: 'C',
  }
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

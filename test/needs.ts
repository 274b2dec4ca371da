import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

interface Program {
  /** Names it goes by on PATH, the preferred one first; or full paths. */
  readonly commands: readonly string[]
  readonly debianPackage: string
  /** What cannot be tested without it, in words that end the sentence "not run: …". */
  readonly usedBy: string
}

/** Programs besides Node that tests need: the one table of them. */
export const PROGRAMS = {
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    debianPackage: 'chromium',
    usedBy: 'pages in a real browser',
  },
  certutil: {
    commands: ['certutil'],
    debianPackage: 'libnss3-tools',
    usedBy: 'a real browser that trusts the development certificate authority',
  },
  openssl: {
    commands: ['openssl'],
    debianPackage: 'openssl',
    usedBy: 'what other TLS software says of our certificates',
  },
  testssl: {
    commands: ['testssl', 'testssl.sh'],
    debianPackage: 'testssl.sh',
    usedBy: 'what a scanner for TLS finds',
  },
  git: {
    commands: ['git'],
    debianPackage: 'git',
    usedBy: 'the first start of a fresh clone',
  },
  pebble: {
    commands: ['pebble'],
    debianPackage: 'pebble',
    usedBy: 'certificates from a real ACME authority',
  },
  unshare: {
    commands: ['unshare'],
    debianPackage: 'util-linux',
    usedBy: "the system's certificate store, in a copy of its own",
  },
  'update-ca-certificates': {
    commands: ['update-ca-certificates'],
    debianPackage: 'ca-certificates',
    usedBy: "the system's certificate store, in a copy of its own",
  },
  ip: {
    commands: ['ip'],
    debianPackage: 'iproute2',
    usedBy: 'browsers and servers in a network of their own',
  },
  python3: {
    commands: ['/usr/bin/python3', 'python3'],
    debianPackage: 'python3',
    usedBy: 'lines that lose, delay and reorder packets',
  },
  nginx: {
    commands: ['nginx', '/usr/sbin/nginx'],
    debianPackage: 'nginx',
    usedBy: 'the game behind nginx',
  },
  nginxStream: {
    commands: ['/usr/lib/nginx/modules/ngx_stream_module.so'],
    debianPackage: 'libnginx-mod-stream',
    usedBy: 'TLS passed through by nginx',
  },
  apache: {
    commands: ['apache2', '/usr/sbin/apache2'],
    debianPackage: 'apache2',
    usedBy: 'the game behind Apache',
  },
  haproxy: {
    commands: ['haproxy', '/usr/sbin/haproxy'],
    debianPackage: 'haproxy',
    usedBy: 'the game behind HAProxy',
  },
  caddy: {
    commands: ['caddy'],
    debianPackage: 'caddy',
    usedBy: 'the game behind Caddy',
  },
  redis: {
    commands: ['redis-server'],
    debianPackage: 'redis-server',
    usedBy: 'several match servers behind one name',
  },
  pythonWebsockets: {
    commands: ['/usr/lib/python3/dist-packages/websockets/__init__.py'],
    debianPackage: 'python3-websockets',
    usedBy: 'a device in Python at the JSON gateway',
  },
  taskset: {
    commands: ['taskset'],
    debianPackage: 'util-linux',
    usedBy: 'the big benchmark in small, with server and players on a core each',
  },
  systemdAnalyze: {
    commands: ['systemd-analyze'],
    debianPackage: 'systemd',
    usedBy: 'the systemd units',
  },
} as const satisfies Record<string, Program>

export type ProgramName = keyof typeof PROGRAMS

/** Set while the tests run inside a test of the whole test command; only a few then run, or there would be no end. */
export const NESTED = process.env['FAIRGROUND_NESTED'] === '1'

/** Full path of a program, or nothing if the machine lacks it. */
export function pathOf(name: ProgramName): string | undefined {
  for (const command of PROGRAMS[name].commands) {
    // A part of another program, or one that ordinary users do not have on PATH.
    if (command.startsWith('/') && existsSync(command)) return command
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, command)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

/**
 * Whether any of these programs is missing: `describe.skipIf(missing('chromium'))('in a browser', …)`. The test
 * command says so in FAIRGROUND_MISSING and lists in the end what was not run; without it, PATH decides.
 */
export function missing(...names: ProgramName[]): boolean {
  const told = process.env['FAIRGROUND_MISSING']?.split(',')
  return names.some((name) => (told ? told.includes(name) : pathOf(name) === undefined))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

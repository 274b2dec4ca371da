import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { CERTS_ACTIONS } from './certs/actions.ts'
import { REACH_ROWS } from './reach-options.ts'
import { TLS_ROWS } from './tls-help.ts'

/** One command, or a group of actions. */
export interface Command {
  readonly summary: string
  readonly usage: string
  readonly options: readonly (readonly [name: string, meaning: string])[]
  /** Commands within this one; `load` is for everything else. */
  readonly actions?: Readonly<Record<string, Command>>
  load(): Promise<{ run(args: string[]): Promise<number> }>
}

const FILE_OPTION = [
  '[file]',
  'file that exports a server (default: server.ts, server.js or server.mjs here)',
] as const
const PORT_OPTION = ['--port <n>', 'port to listen on, 0 to 65535 (default: PORT, else 2567)'] as const

/** The one table of commands; `--help` prints it. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  dev: {
    summary: 'run a server while you write it: restarts on changes, bots, development certificate',
    usage: 'fairground dev [file] [options]',
    options: [
      FILE_OPTION,
      PORT_OPTION,
      ['--host <address>', 'address to listen on (default: HOST, else every address of this machine)'],
      ['--bots <n>', 'players that bots fill the game up to, 0 to 64 (default 6; needs bots/main.ts)'],
      ['--no-watch', 'do not restart when a file changes'],
    ],
    load: () => import('./commands/dev.ts'),
  },
  start: {
    summary: 'run a server in production: no watching, no bots, a certificate of your own',
    usage: 'fairground start [file] --domain <name> | --cert <pem> --key <pem> | --tls proxy [options]',
    options: [
      FILE_OPTION,
      PORT_OPTION,
      ['--host <address>', 'address to listen on (default: HOST, else every address of this machine)'],
      ...TLS_ROWS,
      ...REACH_ROWS,
    ],
    load: () => import('./commands/start.ts'),
  },
  bots: {
    summary: 'fill a room of a running server with bots and with seats that only make load',
    usage: 'fairground bots <room> [options]',
    options: [
      ['<room>', 'name of the room to join (needs bots/crowd.ts here)'],
      ['--count <n>', 'bots that play, 0 to 1000 (default 16)'],
      ['--load <n>', 'seats besides that send recorded inputs, 0 to 10000 (default 0)'],
      ['--url <wss://…>', 'address of the server (default wss://localhost:2567)'],
      ['--ca <pem>', 'authority to trust besides the well-known ones (default: your own for development)'],
    ],
    load: () => import('./commands/bots.ts'),
  },
  certs: {
    summary: 'look after certificates: status, issue, renew, import, trust',
    usage: 'fairground certs <action> [options]',
    options: Object.entries(CERTS_ACTIONS).map(([action, { summary }]) => [action, summary] as const),
    actions: CERTS_ACTIONS,
    load: () => import('./commands/certs.ts'),
  },
  doctor: {
    summary: 'look at a deployment from outside and say what is wrong with it',
    usage: 'fairground doctor wss://host[:port][/prefix] [options]',
    options: [
      ['--ca <pem>', 'authority to trust besides the well-known ones and your own for development'],
      ['--idle <s>', 'seconds that a silent connection has to live, 0 to 3600 (default 10; 0: left out)'],
      ['--room <name>', 'open a room of that name for it and stay, rather than use a socket without a seat'],
      ['--join-options <json>', 'what that room asks for'],
      ['--http-port <n>', 'port of plain HTTP to look at (default 80; on this machine none)'],
      ['--timeout <s>', 'seconds to wait for any single answer, 1 to 600 (default 10)'],
      ['--json', 'findings for machines'],
    ],
    load: () => import('./commands/doctor.ts'),
  },
}

export function overview(): string {
  const lines = Object.entries(COMMANDS).map(([verb, { summary }]) => `  ${verb.padEnd(8)}${summary}`)
  return [
    `${styleText('bold', 'fairground')} ${version()}: multiplayer game rooms over wss`,
    '',
    'Usage: fairground <command> [options]',
    '',
    ...lines,
    '',
    'fairground <command> --help tells about its options.',
  ].join('\n')
}

export function helpFor(verb: string, { summary, usage, options, actions }: Command): string {
  const width = Math.max(...options.map(([name]) => name.length)) + 2
  const lines = options.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`)
  const more = actions ? ['', `fairground ${verb} <action> --help tells about its options.`] : []
  const title = `${styleText('bold', `fairground ${verb}`)}: ${summary}`
  return [title, '', `Usage: ${usage}`, '', ...lines, ...more].join('\n')
}

/** This package's version. */
export function version(): string {
  // In the repository this file is cli/help.ts, in the package dist/lib/cli/help.js.
  const up = import.meta.url.endsWith('.ts') ? '../' : '../../../'
  const text = readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

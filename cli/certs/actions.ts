import type { Command } from '../help.ts'
import { ACME_ROWS, FILE_ROWS } from '../tls-help.ts'

const FOLDER_ROW = ['--certs-folder <path>', 'where certificates are kept (default: certs)'] as const
const PORT_ROWS = [
  ['--port <n>', 'where the authority asks for tls-alpn-01 (default 443)'],
  ['--http-port <n>', 'where it asks for http-01 (default 80)'],
  ['--host <address>', 'address to answer at (default: every address of this machine)'],
] as const

/** What `fairground certs` can do. */
export const CERTS_ACTIONS: Readonly<Record<string, Command>> = {
  status: {
    summary: 'every certificate there is: names, dates, when it is renewed, what is wrong with it',
    usage: 'fairground certs status [options]',
    options: [
      ['--json', 'for machines; the exit code is 1 when one is of no use, or when there is none'],
      FOLDER_ROW,
      ...FILE_ROWS,
    ],
    load: () => import('./status.ts'),
  },
  issue: {
    summary: 'get a certificate from an ACME authority now, without running the game',
    usage: 'fairground certs issue --domain <name> [options]',
    options: [...ACME_ROWS, ...PORT_ROWS, FOLDER_ROW],
    load: () => import('./issue.ts'),
  },
  renew: {
    summary: 'renew what ACME authorities issued, as far as it is due; servers that run take it over',
    usage: 'fairground certs renew [name] [options]',
    options: [
      ['[name]', 'only the certificate for that name'],
      ['--force', 'also when it is not due'],
      ...ACME_ROWS.filter(([name]) => name.startsWith('--eab')),
      ...PORT_ROWS,
      FOLDER_ROW,
    ],
    load: () => import('./renew.ts'),
  },
  import: {
    summary: 'check a certificate that an authority handed out and keep a copy; start finds it by itself',
    usage: 'fairground certs import --cert <pem> --key <pem> | --pfx <file> [options]',
    options: [
      ...FILE_ROWS,
      ['--domain <name>', 'a name it must be for; may be given several times'],
      FOLDER_ROW,
    ],
    load: () => import('./import.ts'),
  },
  trust: {
    summary: 'make the browsers and programs of this machine trust the development authority',
    usage: 'fairground certs trust [options]',
    options: [
      ['--undo', 'end that again'],
      ['--no-system', "browsers only, not the system's store (Linux)"],
      ['--print', 'print what to do by hand on macOS, Windows, Linux, iOS and Android'],
    ],
    load: () => import('./trust.ts'),
  },
}

import type { ListenOptions } from '../server/index.ts'
import { wholeNumber } from './arguments.ts'
import { UsageError } from './usage-error.ts'

/** Options that say where a server listens and how players come to it, besides TLS. */
export const REACH_OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  socket: { type: 'string' },
  'public-url': { type: 'string' },
  'trusted-proxy': { type: 'string', multiple: true },
  'proxy-protocol': { type: 'boolean' },
  redis: { type: 'string' },
  'client-port': { type: 'string' },
  'client-ca': { type: 'string' },
  'client-crl': { type: 'string' },
} as const

export interface ReachValues {
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly socket?: string | undefined
  readonly 'public-url'?: string | undefined
  readonly 'trusted-proxy'?: string[] | undefined
  readonly 'proxy-protocol'?: boolean | undefined
  readonly redis?: string | undefined
  readonly 'client-port'?: string | undefined
  readonly 'client-ca'?: string | undefined
  readonly 'client-crl'?: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Help of these options. */
export const REACH_ROWS = [
  ['--socket <path>', 'Unix socket to listen on in place of a port; with --tls proxy (or FAIRGROUND_SOCKET)'],
  [
    '--public-url <url>',
    'address that players use, such as wss://game.example/p1 (or FAIRGROUND_PUBLIC_URL)',
  ],
  [
    '--trusted-proxy <address>',
    'proxy whose forwarded addresses count; several times for several (or FAIRGROUND_TRUSTED_PROXIES)',
  ],
  [
    '--proxy-protocol',
    'trusted proxies begin connections with a PROXY header (or FAIRGROUND_PROXY_PROTOCOL=1)',
  ],
  ['--redis <url>', 'Redis server shared by several match servers; one with a password: FAIRGROUND_REDIS'],
  ['--client-port <n>', 'second port, for holders of client certificates (or FAIRGROUND_CLIENT_PORT)'],
  ['--client-ca <pem>', 'authorities of those certificates (or FAIRGROUND_CLIENT_CA)'],
  ['--client-crl <pem>', 'their revocation lists (or FAIRGROUND_CLIENT_CRL)'],
] as const

/** What these options and the environment say; options come first. @throws UsageError */
export function readReach(values: ReachValues, env: Environment = process.env): ListenOptions {
  const port = wholeNumber('port', values.port, 65_535)
  const socket = values.socket ?? env['FAIRGROUND_SOCKET']
  if (values.port !== undefined && values.socket !== undefined)
    throw new UsageError('--port and --socket exclude each other: a server listens on one of them.')
  const publicUrl = values['public-url'] ?? env['FAIRGROUND_PUBLIC_URL']
  const trustedProxies = values['trusted-proxy'] ?? words(env['FAIRGROUND_TRUSTED_PROXIES'])
  const proxyProtocol = values['proxy-protocol'] ?? (env['FAIRGROUND_PROXY_PROTOCOL'] === '1' || undefined)
  const redis = readRedis(values, env)
  const clientCertificates = readClientCertificates(values, env)
  return {
    ...(port !== undefined && { port }),
    ...(values.host !== undefined && { host: values.host }),
    ...(socket && { socket }),
    ...(publicUrl && { publicUrl }),
    ...(trustedProxies.length > 0 && { trustedProxies }),
    ...(proxyProtocol !== undefined && { proxyProtocol }),
    ...(redis && { redis }),
    ...(clientCertificates && { clientCertificates }),
  }
}

function readRedis({ redis }: ReachValues, env: Environment): string | undefined {
  if (redis !== undefined && URL.canParse(redis) && new URL(redis).password !== '') {
    throw new UsageError(
      'An argument is seen by everybody on the machine: give a password in FAIRGROUND_REDIS.',
    )
  }
  return redis ?? env['FAIRGROUND_REDIS']
}

function readClientCertificates(values: ReachValues, env: Environment): ListenOptions['clientCertificates'] {
  const port = wholeNumber('client-port', values['client-port'] ?? env['FAIRGROUND_CLIENT_PORT'], 65_535)
  const ca = values['client-ca'] ?? env['FAIRGROUND_CLIENT_CA']
  const crl = values['client-crl'] ?? env['FAIRGROUND_CLIENT_CRL']
  if (port === undefined && !ca && !crl) return undefined
  if (port === undefined || !ca) throw new UsageError('--client-port and --client-ca belong together.')
  return { port, ca, ...(crl && { crl }) }
}

function words(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean)
}

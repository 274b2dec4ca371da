import { isIP } from 'node:net'
import { FairgroundError } from '../../shared/errors.ts'
import { DEFAULT_PORT } from '../../shared/protocol.ts'
import type { Reach } from './reach.ts'

export interface ListenOptions extends Reach {
  /** 0 to 65535; 0 lets the system choose. Default: the PORT variable, else 2567. */
  port?: number
  /** Address to listen on. Default: the HOST variable, else every address of this machine; behind a proxy 127.0.0.1. */
  host?: string
  /** Path of a Unix socket to listen on in place of a port; only behind a proxy on this machine. */
  socket?: string
}

/** Where one server listens: an address with a port, or a Unix socket. */
export type Place =
  | { readonly port: number; readonly host: string | undefined }
  | { readonly socketPath: string }

/** Where the game is to be served. @throws FairgroundError OPTION_INVALID */
export function gamePlace(options: ListenOptions, behindProxy: boolean): Place {
  const host = options.host ?? (process.env['HOST'] || undefined)
  if (options.socket !== undefined) {
    if (behindProxy) return { socketPath: options.socket }
    throw new FairgroundError('OPTION_INVALID', {
      message: 'A Unix socket serves a proxy that TLS ends in, and this server ends TLS itself.',
      next: "Use tls: 'proxy' (--tls proxy) with the socket, or a port.",
    })
  }
  const port = checkedPort(options.port ?? portFromEnvironment())
  if (!behindProxy) return { port, host }
  if (host !== undefined && !isLoopback(host)) {
    throw new FairgroundError('OPTION_INVALID', {
      message: `Behind a proxy the game comes in plain text, so it listens on this machine only and not on ${host}.`,
      next: 'Leave the host out, or let the proxy on another machine pass TLS through to a server with a certificate.',
    })
  }
  return { port, host: host ?? '127.0.0.1' }
}

/** @throws FairgroundError OPTION_INVALID for what is no port */
export function checkedPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new FairgroundError('OPTION_INVALID', { message: `${port} is not a port: it must be 0 to 65535.` })
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function portFromEnvironment(): number {
  const given = process.env['PORT']
  if (given === undefined || given === '') return DEFAULT_PORT
  const port = Number(given)
  if (!/^\d+$/.test(given) || port > 65_535) {
    throw new FairgroundError('OPTION_INVALID', {
      message: `The PORT variable is "${given}": it must be 0 to 65535.`,
    })
  }
  return port
}

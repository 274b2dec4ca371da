import type { Server as PlainServer } from 'node:http'
import { createServer as createHttpsServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { FairgroundError } from '../shared/errors.ts'
import { DEFAULT_PORT } from '../shared/protocol.ts'
import { createFront, type FrontOptions } from './http/front.ts'
import { plainServer } from './http/plain-port.ts'
import { routeUpgrades } from './http/upgrade-router.ts'
import type { Limits } from './limits.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'
import { networkAddresses } from './tls/addresses.ts'
import { CertificateKeeper, type CertificateListener } from './tls/certificate-keeper.ts'
import type { CertificateSource } from './tls/certificate-source.ts'
import { ServingCertificates } from './tls/serving.ts'
import type { TicketKeys } from './tls/ticket-keys.ts'
import { certificateSource, makeProofs, type Proofs, type TlsOption } from './tls/tls-option.ts'
import type { WssTransport } from './transport/wss-transport.ts'

export interface ListenOptions {
  /** 0 to 65535; 0 lets the system choose. Default: the PORT variable, else 2567. */
  port?: number
  /** Address to listen on. Default: the HOST variable, else every address of this machine. */
  host?: string
  /** How to come to wss://, in place of what was given to createServer(). */
  tls?: TlsOption
  /** Port of plain HTTP that only redirects to https and answers http-01, in place of createServer()'s. */
  httpPort?: number
}

/** Where players find a server. */
export interface ServerAddress {
  readonly port: number
  /** For this machine, such as `https://localhost:2567`. */
  readonly url: string
  /** For other devices on the network; empty when only this machine is served. */
  readonly networkUrls: readonly string[]
  /** Certificate of the development authority, to be trusted; undefined with a certificate of your own. */
  readonly caPath: string | undefined
  /** The development authority was made or renewed by this start, so nothing trusts it yet. */
  readonly caNew: boolean
}

export interface ListenerOptions {
  transport: WssTransport
  front: FrontOptions
  limits: Limits
  production: boolean
  log: Logger
  metrics: Metrics
  tls: TlsOption | undefined
  httpPort: number | undefined
  certsFolder: string
  dataFolder: string
  tickets: TicketKeys
  /** Told about certificates that are replaced, or could not be. */
  onCertificate: CertificateListener
}

/** Time a client has to answer the server's close frame at shutdown, in milliseconds. */
const CLOSE_HANDSHAKE_MS = 500

/** The https port of a server: certificate, requests and upgrades. */
export class Listener {
  #server: Server | undefined
  #plain: PlainServer | undefined
  #keeper: CertificateKeeper | undefined
  #address: ServerAddress | undefined
  /** Node's own closeAllConnections() forgets those that have not sent a request yet, and close() waits for them. */
  readonly #sockets = new Set<Socket>()

  readonly #options: ListenerOptions

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  get listening(): boolean {
    return this.#address !== undefined
  }

  get address(): ServerAddress {
    if (!this.#address)
      throw new FairgroundError('NOT_CONNECTED', { message: 'The server does not listen yet.' })
    return this.#address
  }

  async listen(options: ListenOptions): Promise<ServerAddress> {
    const { port = portFromEnvironment(), host = process.env['HOST'] || undefined } = options
    if (this.#address) return this.#address
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new FairgroundError('OPTION_INVALID', {
        message: `${port} is not a port: it must be 0 to 65535.`,
      })
    }
    const tls = options.tls ?? this.#options.tls ?? this.#defaultTls()
    const { limits, transport, front } = this.#options
    const proofs = makeProofs(this.#options)
    const source = certificateSource(tls, this.#options, proofs)
    const keeper = this.#keep(source, proofs)
    const server = createHttpsServer({
      ...(await keeper.open()),
      handshakeTimeout: limits.handshakeTimeoutMs,
    })
    this.#keeper = keeper
    server.headersTimeout = limits.headersTimeoutMs
    server.requestTimeout = limits.requestTimeoutMs
    server.on('request', createFront({ ...front, development: tls === 'dev' }))
    routeUpgrades(server, transport, front.origins)
    this.#track(server)
    try {
      this.#server = server
      await open(server, port, host)
      const httpPort = options.httpPort ?? this.#options.httpPort ?? defaultHttpPort(tls)
      if (httpPort !== undefined) await this.#openPlain(httpPort, host, { server, proofs })
      await keeper.keep(server)
    } catch (error) {
      await this.#shut()
      throw error
    }
    this.#address = describe(server.address() as AddressInfo, host, source)
    return this.#address
  }

  async close(): Promise<void> {
    await this.#options.transport.drain(CLOSE_HANDSHAKE_MS)
    this.#options.transport.shutdown()
    await this.#shut()
  }

  async #shut(): Promise<void> {
    const [server, plain, keeper] = [this.#server, this.#plain, this.#keeper]
    this.#server = this.#plain = this.#keeper = this.#address = undefined
    await keeper?.close()
    const closed = [server, plain].map((one) => one && new Promise<void>((done) => one.close(() => done())))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  #track(server: Server | PlainServer): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  #keep(source: CertificateSource, { challenges }: Proofs): CertificateKeeper {
    const { log, metrics, tickets, onCertificate } = this.#options
    const serving = new ServingCertificates(tickets, challenges)
    return new CertificateKeeper({ source, serving, log, metrics, tell: onCertificate })
  }

  async #openPlain(
    port: number,
    host: string | undefined,
    { server, proofs }: { server: Server; proofs: Proofs },
  ): Promise<void> {
    const { port: httpsPort } = server.address() as AddressInfo
    const plain = plainServer({ proofs: proofs.http, httpsPort, limits: this.#options.limits })
    this.#track(plain)
    this.#plain = plain
    await open(plain, port, host)
  }

  #defaultTls(): TlsOption {
    if (!this.#options.production) return 'dev'
    throw new FairgroundError('CERTIFICATE_MISSING', {
      message: 'NODE_ENV is "production" and no certificate was given; players may only come over wss.',
    })
  }
}

/** An authority asks for http-01 proofs at port 80 and nowhere else. */
function defaultHttpPort(tls: TlsOption): number | undefined {
  return typeof tls === 'object' && 'acme' in tls && tls.acme.challenge === 'http-01' ? 80 : undefined
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

function open(server: Server | PlainServer, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port, host)))
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.removeAllListeners('error')
      server.on('error', () => {})
      resolve()
    })
  })
}

function explain(error: NodeJS.ErrnoException, port: number, host: string | undefined): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new FairgroundError('PORT_IN_USE', {
        message: `Port ${port} is taken by another program.`,
        next: `Stop that program, or choose another port: --port ${port + 1}`,
        cause: error,
      })
    case 'EACCES':
      return new FairgroundError('PORT_FORBIDDEN', {
        message: `This user may not listen on port ${port}.`,
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new FairgroundError('HOST_UNAVAILABLE', {
        message: `This machine has no address "${host}".`,
        cause: error,
      })
    default:
      return error
  }
}

function describe(
  { port }: AddressInfo,
  host: string | undefined,
  { caPath, caNew = false }: CertificateSource,
): ServerAddress {
  const everywhere = host === undefined || host === '0.0.0.0' || host === '::'
  const url = (name: string) => `https://${name.includes(':') ? `[${name}]` : name}:${port}`
  const loopback = host === undefined || everywhere || host === '127.0.0.1' || host === '::1'
  return {
    port,
    url: url(loopback ? 'localhost' : host),
    networkUrls: everywhere
      ? networkAddresses().filter(isPhoneReachable).map(url)
      : loopback
        ? []
        : [url(host)],
    caPath,
    caNew,
  }
}

/** Link-local IPv6 addresses need a zone that no URL carries, and IPv6 ones do not fit a person's memory. */
function isPhoneReachable(address: string): boolean {
  return !address.includes(':') && !address.startsWith('127.') && !address.startsWith('169.254.')
}

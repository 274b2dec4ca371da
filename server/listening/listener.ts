import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { FairgroundError } from '../../shared/errors.ts'
import { JsonGateway } from '../gateway/json-gateway.ts'
import type { Admission } from '../guard/admission.ts'
import { createFront, type FrontOptions } from '../http/front.ts'
import { plainServer } from '../http/plain-port.ts'
import type { Limits } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { expectProxyHeaders } from '../proxy/proxy-protocol-port.ts'
import { TrustedProxies } from '../proxy/trusted-proxies.ts'
import { CertificateKeeper, type CertificateListener } from '../tls/certificate-keeper.ts'
import type { CertificateSource } from '../tls/certificate-source.ts'
import type { ClientCertificateGate } from '../tls/client-certificate-gate.ts'
import { importedFiles } from '../tls/imported.ts'
import { ServingCertificates } from '../tls/serving.ts'
import type { TicketKeys } from '../tls/ticket-keys.ts'
import {
  certificateSource,
  isDevelopment,
  makeProofs,
  type Proofs,
  type ServerTlsOption,
  type TlsOption,
} from '../tls/tls-option.ts'
import type { WssTransport } from '../transport/wss-transport.ts'
import { gameServer } from './game-server.ts'
import { type AnyServer, OpenPorts } from './open-ports.ts'
import { checkedPort, gamePlace, type ListenOptions, type Place } from './place.ts'
import { type PublicUrl, parsePublicUrl } from './public-url.ts'
import { describeAddress, type ServerAddress } from './server-address.ts'

export interface ListenerOptions {
  transport: WssTransport
  admission: Admission
  front: FrontOptions
  limits: Limits
  production: boolean
  log: Logger
  metrics: Metrics
  certsFolder: string
  dataFolder: string
  tickets: TicketKeys
  /** Told about certificates that are replaced, or could not be. */
  onCertificate: CertificateListener
}

/** What one call of listen() works with. */
interface Opening {
  readonly asked: ListenOptions
  readonly place: Place
  readonly publicUrl: PublicUrl | undefined
  readonly trusted: TrustedProxies
  /** The certificate is the development authority's. */
  readonly development: boolean
}

/** Time a client has to answer the server's close frame at shutdown, in milliseconds. */
const CLOSE_HANDSHAKE_MS = 500

/** The ports of a server, with certificates, requests and upgrades. */
export class Listener {
  readonly #options: ListenerOptions
  #ports = new OpenPorts()
  #keeper: CertificateKeeper | undefined
  #gate: ClientCertificateGate | undefined
  #address: ServerAddress | undefined

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

  /** @param asked with what createServer() was given where the call says nothing itself */
  async listen(asked: ListenOptions): Promise<ServerAddress> {
    if (this.#address) return this.#address
    const tls = asked.tls ?? this.#defaultTls()
    const place = gamePlace(asked, tls === 'proxy')
    const opening = {
      ...{ asked, place, development: isDevelopment(tls) },
      publicUrl: asked.publicUrl === undefined ? undefined : parsePublicUrl(asked.publicUrl),
      trusted: trustedBy(asked, place, tls === 'proxy' ? ['loopback'] : []),
    }
    try {
      this.#address =
        tls === 'proxy' ? await this.#listenBehindProxy(opening) : await this.#listenSecure(tls, opening)
      return this.#address
    } catch (error) {
      await this.#shut()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#options.transport.drain(CLOSE_HANDSHAKE_MS)
    this.#options.transport.shutdown()
    await this.#shut()
  }

  async #listenBehindProxy(opening: Opening): Promise<ServerAddress> {
    if (opening.asked.clientCertificates) {
      throw new FairgroundError('OPTION_INVALID', {
        message: 'clientCertificates needs TLS to end in this server, and it ends in a proxy.',
      })
    }
    const server = this.#gameServer(opening, undefined)
    await this.#ports.open(server, opening.place)
    const bound = server.address()
    return describeAddress({ ...opening, bound, source: undefined, clientCertificatePort: undefined })
  }

  async #listenSecure(tls: ServerTlsOption, opening: Opening): Promise<ServerAddress> {
    const proofs = makeProofs(this.#options)
    const source = certificateSource(tls, this.#options, proofs)
    const keeper = this.#keep(source)
    const { tickets } = this.#options
    const serving = new ServingCertificates({ tickets, challenges: proofs.challenges })
    const credentials = await keeper.load()
    const server = this.#gameServer(opening, serving.options(credentials, Date.now())) as Server
    await this.#ports.open(server, opening.place)
    keeper.attach(serving, server)
    const httpPort = opening.asked.httpPort ?? defaultHttpPort(tls)
    if (httpPort !== undefined) await this.#openPlain(httpPort, opening, { server, proofs })
    await keeper.keep()
    const clientCertificatePort = await this.#openClientCertificatePort(opening, keeper)
    return describeAddress({ ...opening, bound: server.address(), source, clientCertificatePort })
  }

  /** @param tls none where TLS ended in a proxy */
  #gameServer(opening: Opening, tls: TlsOptions | undefined): AnyServer {
    const { front, transport, admission, limits, log } = this.#options
    const { trusted, development, publicUrl, asked } = opening
    const caPath = development ? this.#publicCaPath() : undefined
    const server = gameServer({
      tls,
      front: createFront({ ...front, development, caPath }),
      upgrades: {
        ...{ transport, origins: front.origins, admission },
        gateway: new JsonGateway({ ...front, transport }),
      },
      admission,
      trusted,
      limits,
      prefix: publicUrl?.prefix ?? '',
    })
    if (asked.proxyProtocol)
      expectProxyHeaders(server, { trusted, timeoutMs: limits.handshakeTimeoutMs, log })
    return server
  }

  /** Whoever runs players' servers with the development certificate has not seen to it that they should trust it. */
  #publicCaPath(): string | undefined {
    return this.#options.production ? undefined : join(this.#options.dataFolder, 'ca.pem')
  }

  async #openClientCertificatePort(opening: Opening, keeper: CertificateKeeper): Promise<number | undefined> {
    const { place, asked } = opening
    const options = asked.clientCertificates
    if (!options) return undefined
    const { ClientCertificateGate } = await import('../tls/client-certificate-gate.ts')
    const failed = (error: FairgroundError): void => keeper.tellFailure(error)
    this.#gate = new ClientCertificateGate({ options, log: this.#options.log, failed })
    const server = this.#gameServer(opening, this.#gate.tlsOptions(keeper.credentials)) as Server
    const host = options.host ?? ('host' in place ? place.host : undefined)
    await this.#ports.open(server, { port: checkedPort(options.port), host }, '--client-port')
    keeper.attach(this.#gate.serving, server)
    await this.#gate.watch(server)
    return (server.address() as AddressInfo).port
  }

  async #openPlain(
    port: number,
    { place, publicUrl }: Opening,
    { server, proofs }: { server: Server; proofs: Proofs },
  ): Promise<void> {
    const { limits } = this.#options
    // Behind a proxy that passes TLS through, players come to its port.
    const httpsPort = publicUrl?.port ?? (server.address() as AddressInfo).port
    const plain = plainServer({ proofs: proofs.http, httpsPort, limits })
    await this.#ports.open(plain, { ...place, port: checkedPort(port) } as Place, '--http-port')
  }

  #keep(source: CertificateSource): CertificateKeeper {
    const { log, metrics, onCertificate } = this.#options
    this.#keeper = new CertificateKeeper({ source, log, metrics, tell: onCertificate })
    return this.#keeper
  }

  async #shut(): Promise<void> {
    const [ports, keeper, gate] = [this.#ports, this.#keeper, this.#gate]
    this.#ports = new OpenPorts()
    this.#keeper = this.#gate = this.#address = undefined
    gate?.close()
    await keeper?.close()
    await ports.close()
  }

  #defaultTls(): TlsOption {
    if (!this.#options.production) return 'dev'
    const files = importedFiles(this.#options.certsFolder)
    if (files.length > 0) return { files }
    throw new FairgroundError('CERTIFICATE_MISSING', {
      message: 'NODE_ENV is "production" and no certificate was given; players may only come over wss.',
    })
  }
}

/** @param byDefault whom to trust when nobody is named */
function trustedBy(asked: ListenOptions, place: Place, byDefault: readonly string[]): TrustedProxies {
  const named = asked.trustedProxies ?? byDefault
  const unixSocket = 'socketPath' in place
  if (asked.proxyProtocol && named.length === 0 && !unixSocket) {
    throw new FairgroundError('OPTION_INVALID', {
      message: 'proxyProtocol is on, and trustedProxies names no proxy that may use it.',
      next: 'Name the addresses from which your proxies connect: trustedProxies: ["10.0.0.7"].',
    })
  }
  return new TrustedProxies(named, { unixSocket })
}

/** An authority asks for http-01 proofs at port 80 and nowhere else. */
function defaultHttpPort(tls: ServerTlsOption): number | undefined {
  return typeof tls === 'object' && 'acme' in tls && tls.acme.challenge === 'http-01' ? 80 : undefined
}

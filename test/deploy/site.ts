import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { request as askHttps } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { type ConnectOptions, connect as connectSdk } from '../../client-sdk/index.ts'
import type { FairgroundServer } from '../../server/index.ts'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { type Certificate, NAME } from './game-example.ts'
import type { rooms } from './plaza-room.ts'
import type { ProxyKind, ProxySetup, RunningProxy } from './proxy.ts'

export interface SiteOptions {
  folder: string
  certificate: Certificate
  games: readonly number[]
  socket?: string
  /** Port of https, if it is settled already. */
  https?: number
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
  /** Address to come from. */
  from?: string
}

export interface Answer {
  status: number
  rawHeaders: readonly string[]
  text: string
}

/** A proxy that has come up, and ways to it. */
export class Site {
  readonly proxy: RunningProxy
  readonly ports: ProxySetup['ports']
  readonly #certificate: Certificate

  constructor(proxy: RunningProxy, ports: Site['ports'], certificate: Certificate) {
    this.proxy = proxy
    this.ports = ports
    this.#certificate = certificate
  }

  static async start(kind: ProxyKind, stack: AsyncDisposableStack, options: SiteOptions): Promise<Site> {
    const https = options.https ?? (await freePort())
    const ports = { https, http: await freePort(), acme: await freePort() }
    mkdirSync(options.folder, { recursive: true })
    const proxy = await kind.start({ ...options, stack, ports })
    stack.use(proxy.program)
    const site = new Site(proxy, ports, options.certificate)
    try {
      await eventually(() => site.fingerprint())
    } catch (error) {
      throw new Error(`${kind.name} does not come up:\n${proxy.program.output}${proxy.readLog()}`, {
        cause: error,
      })
    }
    return site
  }

  /** A player of his own, by the typed SDK. */
  connect(options: ConnectOptions = {}) {
    return connectSdk<FairgroundServer<typeof rooms>>(`wss://${NAME}:${this.ports.https}`, options)
  }

  /** One https request, on a connection of its own. */
  async ask(
    path: string,
    { method = 'GET', headers = {}, body, from = '127.0.0.1' }: Asked = {},
  ): Promise<Answer> {
    const where = { host: NAME, servername: NAME, port: this.ports.https, localAddress: from }
    const request = askHttps({ ...where, path, method, headers, agent: false })
    request.end(body)
    const [response] = await once(request, 'response')
    return {
      status: response.statusCode,
      rawHeaders: response.rawHeaders,
      text: (await response.toArray()).join(''),
    }
  }

  /** Of the certificate that newcomers get. */
  async fingerprint(): Promise<string> {
    const socket = connectTls({
      ...{ host: '127.0.0.1', port: this.ports.https, servername: NAME, ca: this.#certificate.root },
      ALPNProtocols: ['http/1.1'],
    })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerX509Certificate()!
    socket.destroy()
    return fingerprint256
  }
}

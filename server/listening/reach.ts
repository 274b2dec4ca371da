import type { ClientCertificateOptions } from '../tls/client-certificates.ts'
import type { TlsOption } from '../tls/tls-option.ts'

/** How players reach a server: taken by createServer() and by listen(), whose word counts. */
export interface Reach {
  /** How to come to wss://. Default `'dev'`; in production there is none, and the server does not start without. */
  tls?: TlsOption
  /** Port of plain HTTP that only redirects to https and answers http-01 challenges. Default: none, or 80 for http-01. */
  httpPort?: number
  /** The address that players use, where a proxy has another than this process: `wss://game.example`, or
   *  `wss://game.example/p1` for one of several processes behind one name. Default: the one they came to. */
  publicUrl?: string
  /** Proxies whose word about a client's address and TLS counts: IP addresses, networks such as `10.1.0.0/16`,
   *  `loopback`. What anybody else forwards is ignored. Default: `['loopback']` with `tls: 'proxy'`, else none. */
  trustedProxies?: readonly string[]
  /** Whether trusted proxies begin each connection with a PROXY protocol header (version 1 or 2), as they do when they
   *  pass TLS through. Connections without one are cut then. Default false. */
  proxyProtocol?: boolean
  /** A second port for holders of certain certificates: devices, back-office tools. Rooms see the certificate in
   *  `onAuth`. None by default. */
  clientCertificates?: ClientCertificateOptions
  /** Address of a Redis server that several match servers share, such as `redis://localhost:6379`: each then finds the
   *  others' rooms. None by default. Whoever can write to it can call rooms, so keep it private and behind a password. */
  redis?: string
}

import type { AddressInfo } from 'node:net'
import { networkAddresses } from '../tls/addresses.ts'
import type { CertificateSource } from '../tls/certificate-source.ts'
import { isLoopback, type Place } from './place.ts'
import type { PublicUrl } from './public-url.ts'

/** Where players find a server. */
export interface ServerAddress {
  /** 0 on a Unix socket. */
  readonly port: number
  /**
   * For this machine, such as `https://localhost:2567`. Behind a proxy, where the proxy comes to: `http://…`, or
   * `unix:/path`; or the public address, if createServer() was given one.
   */
  readonly url: string
  /** For other devices on the network; empty when only this machine is served. */
  readonly networkUrls: readonly string[]
  /** Certificate of the development authority, to be trusted; undefined with a certificate of your own. */
  readonly caPath: string | undefined
  /** The development authority was made or renewed by this start, so nothing trusts it yet. */
  readonly caNew: boolean
  /** Port that asks for client certificates, if there is one. */
  readonly clientCertificatePort: number | undefined
}

export interface Listening {
  readonly place: Place
  /** What `server.address()` says. */
  readonly bound: AddressInfo | string | null
  /** None where TLS ends in a proxy. */
  readonly source: CertificateSource | undefined
  readonly publicUrl: PublicUrl | undefined
  readonly clientCertificatePort: number | undefined
}

export function describeAddress(listening: Listening): ServerAddress {
  const { place, bound, source, publicUrl, clientCertificatePort } = listening
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const rest = { caPath: source?.caPath, caNew: source?.caNew ?? false, clientCertificatePort }
  const { url, networkUrls } =
    'socketPath' in place
      ? { url: `unix:${place.socketPath}`, networkUrls: [] }
      : urls(place.host, port, source ? 'https' : 'http')
  return { ...rest, port, url: publicUrl?.https ?? url, networkUrls: publicUrl ? [] : networkUrls }
}

function urls(host: string | undefined, port: number, scheme: string) {
  const everywhere = host === undefined || host === '0.0.0.0' || host === '::'
  const url = (name: string) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`
  const local = everywhere || isLoopback(host)
  const networkUrls = everywhere
    ? networkAddresses().filter(isPhoneReachable).map(url)
    : local
      ? []
      : [url(host)]
  return { url: url(local ? 'localhost' : host), networkUrls }
}

/** Link-local IPv6 addresses need a zone that no URL carries, and IPv6 ones do not fit a person's memory. */
function isPhoneReachable(address: string): boolean {
  return !address.includes(':') && !address.startsWith('127.') && !address.startsWith('169.254.')
}

import { BlockList, isIP } from 'node:net'
import { FairgroundError } from '../../shared/errors.ts'
import { canonicalAddress } from '../tls/addresses.ts'

/**
 * The proxies whose word about a client counts.
 *
 * @param named IP addresses, networks such as `10.1.0.0/16`, `loopback` for this machine's own addresses
 * @throws FairgroundError OPTION_INVALID
 */
export class TrustedProxies {
  readonly #list = new BlockList()
  readonly #unixSocket: boolean

  /** @param unixSocket the server listens on a Unix socket, which only a proxy on this machine can open */
  constructor(named: readonly string[], { unixSocket = false }: { unixSocket?: boolean } = {}) {
    this.#unixSocket = unixSocket
    for (const one of named) this.#add(one)
  }

  /** @param peer the address at the other end; a Unix socket has none */
  trusts(peer: string | undefined): boolean {
    if (peer === undefined) return this.#unixSocket
    const family = isIP(peer)
    return family !== 0 && this.#list.check(peer, family === 4 ? 'ipv4' : 'ipv6')
  }

  #add(named: string): void {
    if (named === 'loopback') {
      this.#list.addSubnet('127.0.0.0', 8, 'ipv4')
      this.#list.addAddress('::1', 'ipv6')
      return
    }
    const [address = '', bits, ...rest] = named.split('/')
    const family = isIP(address)
    const max = family === 4 ? 32 : 128
    const prefix = bits === undefined ? max : Number(bits)
    const valid = family !== 0 && rest.length === 0 && /^\d+$/.test(bits ?? '0') && prefix <= max
    if (!valid) {
      throw new FairgroundError('OPTION_INVALID', {
        message: `trustedProxies names "${named.slice(0, 64)}"; it takes IP addresses, networks such as 10.1.0.0/16, and "loopback".`,
      })
    }
    if (prefix === 0) {
      throw new FairgroundError('OPTION_INVALID', {
        message: `trustedProxies names ${named}, which is every address: anybody could claim to be anybody.`,
        next: 'Name the addresses of your proxies only.',
      })
    }
    this.#list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }
}

/** An address as it is compared and logged: IPv4 within IPv6 unwrapped, IPv6 short; undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  const bare = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return isIP(bare) === 0 ? undefined : canonicalAddress(bare)
}

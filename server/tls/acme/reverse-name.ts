import { addressBytes } from '../addresses.ts'

/** The name by which a client asks for an IP address in TLS (RFC 8738): `4.3.2.1.in-addr.arpa`, or under ip6.arpa. */
export function reverseName(address: string): string {
  const bytes = addressBytes(address)
  if (!bytes) throw new Error(`${address} is not an IP address`)
  if (bytes.length === 4) return `${[...bytes].reverse().join('.')}.in-addr.arpa`
  const digits = Buffer.from(bytes).toString('hex')
  return `${[...digits].reverse().join('.')}.ip6.arpa`
}

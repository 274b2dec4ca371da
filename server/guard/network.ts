import { addressBytes } from '../tls/addresses.ts'

/** What counts as one sender: an IPv4 address, or an IPv6 network of 64 bits, which is what a household is given. */
export function networkOf(address: string): string {
  const bytes = addressBytes(address)
  return bytes?.length === 16 ? `${bytes.subarray(0, 8).toString('hex')}::/64` : address
}

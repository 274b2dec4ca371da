import { isIP, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * An IP address as it stands in a certificate: 4 or 16 bytes, most significant first.
 * `undefined` for anything that is not an address; a zone (`fe80::1%eth0`) is dropped, for it means nothing elsewhere.
 */
export function addressBytes(text: string): Buffer | undefined {
  const address = text.replace(/%.*$/, '')
  if (isIP(address) === 0) return undefined
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [left = '', right] = canonicalAddress(address).split('::')
  const before = groups(left)
  const after = groups(right ?? '')
  const bytes = Buffer.alloc(16)
  for (const [index, group] of before.entries()) bytes.writeUInt16BE(group, index * 2)
  for (const [index, group] of after.entries()) bytes.writeUInt16BE(group, (8 - after.length + index) * 2)
  return bytes
}

/** The usual short spelling (`0:0:0:0:0:0:0:1` → `::1`) of an address without a zone. */
export function canonicalAddress(address: string): string {
  // The URL parser knows the rules (RFC 5952) and never leaves a dotted tail.
  return isIPv4(address) ? address : new URL(`http://[${address}]`).hostname.slice(1, -1)
}

/**
 * The addresses under which other devices may reach this machine.
 * IPv6 link-local ones are not among them: they need a zone, and no browser accepts one in an address.
 */
export function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address)
}

function groups(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
}

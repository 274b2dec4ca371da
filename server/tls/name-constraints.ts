import type { X509Certificate } from 'node:crypto'
import { addressBytes } from './addresses.ts'
import { type DerValue, decodeDer, encodeDer } from './der.ts'

/** What an authority may sign for. Whoever steals its key cannot pose as a public web site with it. */
export interface NameConstraints {
  /** Each permits itself and everything below it. */
  readonly domains: readonly string[]
  /** Each is an address followed by its mask: 8 bytes for IPv4, 32 for IPv6. */
  readonly subnets: readonly Buffer[]
}

/** Names that never belong to anybody on the public internet (RFC 6761, 6762, 8375; ICANN's .internal). */
const LOCAL_DOMAINS = ['localhost', 'local', 'internal', 'test', 'home.arpa', 'lan', 'localdomain']

/** Loopback, private and link-local networks (RFC 1918, 3927, 4193, 4291). */
const LOCAL_SUBNETS = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const

const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
const SEQUENCE = 0x30
const OID_NAME_CONSTRAINTS = Buffer.from('551d1e', 'hex')

/**
 * The constraints for an authority made on the machine called `hostName`.
 * A host name of a single label is included only if it cannot be a top-level domain: one called `dev` would
 * permit every site under `.dev`. No top-level domain has a digit or a hyphen, apart from those in `xn--`.
 */
export function localConstraints(hostName: string): NameConstraints {
  const name = normalHostName(hostName)
  const isOurs = name !== undefined && (/\./.test(name) || (/[\d-]/.test(name) && !name.startsWith('xn--')))
  return {
    domains: isOurs ? [...new Set([...LOCAL_DOMAINS, name])] : LOCAL_DOMAINS,
    subnets: LOCAL_SUBNETS.map(([address, prefixBits]) => {
      const bytes = addressBytes(address) as Buffer
      return Buffer.concat([bytes, maskBytes(bytes.length, prefixBits)])
    }),
  }
}

/** Lower case, without a dot at the end; `undefined` if it cannot stand in a certificate. */
export function normalHostName(hostName: string): string | undefined {
  const name = hostName.toLowerCase().replace(/\.$/, '')
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
  return name.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(name) ? name : undefined
}

/** Whether a name is only for this machine or its network, and another one may have it elsewhere. */
export function isLocalName(name: string): boolean {
  return LOCAL_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

/** Whether a certificate with this host name or IP address would be accepted under the constraints. */
export function permits({ domains, subnets }: NameConstraints, name: string): boolean {
  const bytes = addressBytes(name)
  if (bytes === undefined) return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
  return subnets.some(
    (subnet) =>
      subnet.length === bytes.length * 2 &&
      bytes.every((byte, index) => (byte & subnet[bytes.length + index]!) === subnet[index]),
  )
}

/** The value of the nameConstraints extension (RFC 5280, 4.2.1.10), permitted subtrees only. */
export function encodeNameConstraints({ domains, subnets }: NameConstraints): Buffer {
  const subtrees = [
    ...domains.map((domain) => encodeDer(DNS_NAME, Buffer.from(domain, 'ascii'))),
    ...subnets.map((subnet) => encodeDer(IP_ADDRESS, subnet)),
  ].map((name) => encodeDer(SEQUENCE, name))
  return encodeDer(SEQUENCE, encodeDer(0xa0, ...subtrees))
}

/**
 * The constraints of an authority; `undefined` if it has none or only one of the two kinds,
 * which means that the other kind is unlimited.
 */
export function readNameConstraints(certificate: X509Certificate): NameConstraints | undefined {
  const [outer] = decodeDer(certificate.raw)
  const [body] = outer ? decodeDer(outer.content) : []
  const extensions = body && decodeDer(body.content).find(({ tag }) => tag === 0xa3)
  const value = extensions && decodeDer(inside(extensions)).map(extensionValue).find(Boolean)
  const permitted = value && decodeDer(inside({ tag: 0, content: value })).find(({ tag }) => tag === 0xa0)
  if (!permitted) return undefined
  const bases = decodeDer(permitted.content).map((subtree) => decodeDer(subtree.content)[0])
  const of = (kind: number) => bases.filter((base) => base?.tag === kind).map((base) => base!.content)
  const domains = of(DNS_NAME).map((content) => content.toString('ascii').toLowerCase())
  const subnets = of(IP_ADDRESS)
  return domains.length > 0 && subnets.length > 0 ? { domains, subnets } : undefined
}

/** Content of the one value that stands inside. */
function inside({ content }: DerValue): Buffer {
  return decodeDer(content)[0]?.content ?? Buffer.alloc(0)
}

function extensionValue(extension: DerValue): Buffer | undefined {
  const parts = decodeDer(extension.content)
  return parts[0]?.content.equals(OID_NAME_CONSTRAINTS) ? parts.at(-1)?.content : undefined
}

function maskBytes(length: number, prefixBits: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => 0xff & ~(0xff >> clamp(prefixBits - index * 8))))
}

function clamp(bits: number): number {
  return Math.max(0, Math.min(8, bits))
}

import type { ProxiedConnection } from './caller.ts'
import { plainAddress } from './trusted-proxies.ts'

/** Longest header of version 1, its line end included (HAProxy's specification). */
const V1_MAX_BYTES = 107
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const V2_FIXED_BYTES = 16
/** Addresses and additions after the fixed part; real ones have some hundred. */
const V2_MAX_BYTES = 4_096
const V1_START = Buffer.from('PROXY ', 'latin1')

/** An addition that tells of the client's TLS, and its bit for "spoke TLS". */
const TLV_SSL = 0x20
const CLIENT_SSL = 0x01

/** What stands at the start of a connection: a whole header, too little to say, or something else. */
export type HeaderResult =
  | { readonly state: 'done'; readonly bytes: number; readonly connection: ProxiedConnection }
  | { readonly state: 'more' }
  | { readonly state: 'invalid' }

const MORE: HeaderResult = { state: 'more' }
const INVALID: HeaderResult = { state: 'invalid' }

/**
 * Reads a PROXY protocol header, version 1 or 2, from the first bytes of a connection.
 *
 * @param bytes all that has arrived so far
 * @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
export function readProxyHeader(bytes: Buffer): HeaderResult {
  if (startsAlike(bytes, V2_SIGNATURE)) return bytes.length < V2_FIXED_BYTES ? MORE : readVersion2(bytes)
  if (startsAlike(bytes, V1_START)) return readVersion1(bytes)
  return INVALID
}

function startsAlike(bytes: Buffer, wanted: Buffer): boolean {
  const length = Math.min(bytes.length, wanted.length)
  return bytes.subarray(0, length).equals(wanted.subarray(0, length))
}

function readVersion1(bytes: Buffer): HeaderResult {
  const end = bytes.subarray(0, V1_MAX_BYTES).indexOf('\r\n')
  if (end < 0) return bytes.length < V1_MAX_BYTES ? MORE : INVALID
  const [, family, source = '', ...rest] = bytes.toString('latin1', 0, end).split(' ')
  const done = (address: string | undefined): HeaderResult => ({
    state: 'done',
    bytes: end + 2,
    connection: { address, secure: false },
  })
  if (family === 'UNKNOWN') return done(undefined)
  const address = plainAddress(source)
  return (family === 'TCP4' || family === 'TCP6') && address !== undefined && rest.length === 3
    ? done(address)
    : INVALID
}

function readVersion2(bytes: Buffer): HeaderResult {
  const [versionAndCommand = 0, family = 0] = [bytes[12], bytes[13]]
  const length = bytes.readUInt16BE(14)
  if (versionAndCommand >> 4 !== 2 || length > V2_MAX_BYTES) return INVALID
  const total = V2_FIXED_BYTES + length
  if (bytes.length < total) return MORE
  const body = bytes.subarray(V2_FIXED_BYTES, total)
  const done = (connection: ProxiedConnection): HeaderResult => ({ state: 'done', bytes: total, connection })
  const command = versionAndCommand & 0x0f
  // LOCAL: the proxy itself asks, to see whether this server is well.
  if (command === 0) return done({ address: undefined, secure: false })
  if (command !== 1) return INVALID
  const addressBytes = { 17: 4, 33: 16 }[family]
  if (addressBytes === undefined) return done({ address: undefined, secure: false })
  const addressesBytes = 2 * addressBytes + 4
  if (body.length < addressesBytes) return INVALID
  const address = addressOf(body.subarray(0, addressBytes))
  return done({ address, secure: saysTls(body.subarray(addressesBytes)) })
}

function addressOf(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return plainAddress(groups.join(':'))
}

/** Walks the additions: type, length in two bytes, value. */
function saysTls(additions: Buffer): boolean {
  for (let at = 0; at + 3 <= additions.length; ) {
    const length = additions.readUInt16BE(at + 1)
    if (additions[at] === TLV_SSL && length > 0) return (additions[at + 3]! & CLIENT_SSL) !== 0
    at += 3 + length
  }
  return false
}

import { isIPv4 } from 'node:net'
import { addressBytes } from '../../../server/tls/addresses.ts'

/** A PROXY protocol header of version 2, as HAProxy's specification has it. */
export function version2({
  source,
  command = 1,
  additions = Buffer.alloc(0),
}: {
  source: string
  command?: 0 | 1
  additions?: Buffer
}): Buffer {
  const family = isIPv4(source) ? 0x11 : 0x21
  const target = isIPv4(source) ? '10.0.0.1' : '::1'
  const ports = Buffer.from([0x12, 0x34, 0x01, 0xbb])
  const body = Buffer.concat([addressBytes(source)!, addressBytes(target)!, ports, additions])
  const head = Buffer.from([...Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'), 0x20 | command, family, 0, 0])
  head.writeUInt16BE(body.length, 14)
  return Buffer.concat([head, body])
}

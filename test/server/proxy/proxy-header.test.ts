import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readProxyHeader } from '../../../server/proxy/proxy-protocol.ts'
import { version2 } from './proxy-headers.ts'

const v1 = (text: string) => readProxyHeader(Buffer.from(text, 'latin1'))

it('reads the client out of version 1', () => {
  expect(v1('PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\nrest')).toEqual({
    state: 'done',
    bytes: 42,
    connection: { address: '203.0.113.9', secure: false },
  })
  expect(v1('PROXY TCP6 2001:DB8::9 ::1 4711 443\r\n')).toMatchObject({
    connection: { address: '2001:db8::9' },
  })
  expect(v1('PROXY UNKNOWN\r\n')).toMatchObject({ state: 'done', connection: { address: undefined } })
})

it('reads the client out of version 2, and whether it spoke TLS', () => {
  const header = version2({ source: '203.0.113.9' })
  expect(readProxyHeader(Buffer.concat([header, Buffer.from('rest')]))).toEqual({
    state: 'done',
    bytes: header.length,
    connection: { address: '203.0.113.9', secure: false },
  })
  expect(readProxyHeader(version2({ source: '2001:db8::9' }))).toMatchObject({
    connection: { address: '2001:db8::9' },
  })
  const tls = Buffer.from([0x04, 0, 1, 0xff, 0x20, 0, 5, 0x01, 0, 0, 0, 0])
  expect(readProxyHeader(version2({ source: '203.0.113.9', additions: tls }))).toMatchObject({
    connection: { secure: true },
  })
  expect(readProxyHeader(version2({ source: '203.0.113.9', command: 0 }))).toMatchObject({
    state: 'done',
    connection: { address: undefined },
  })
})

it.each([
  ['another start', 'GET / HTTP/1.1\r\n'],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01'],
  ['another family', 'PROXY UDP4 203.0.113.9 10.0.0.1 4711 443\r\n'],
  ['a name for an address', 'PROXY TCP4 localhost 10.0.0.1 4711 443\r\n'],
  ['too few parts', 'PROXY TCP4 203.0.113.9 10.0.0.1\r\n'],
  ['too many parts', 'PROXY TCP4 203.0.113.9 10.0.0.1 1 2 3\r\n'],
  ['no end', `PROXY TCP4 ${'1'.repeat(200)}`],
])('refuses %s', (_what, text) => {
  expect(v1(text)).toEqual({ state: 'invalid' })
})

it('refuses a version 2 header that is too long, of another version, or shorter than its addresses', () => {
  const good = version2({ source: '203.0.113.9' })
  const changed = (index: number, value: number) => {
    const copy = Buffer.from(good)
    copy[index] = value
    return readProxyHeader(copy)
  }
  expect(changed(12, 0x31)).toEqual({ state: 'invalid' })
  expect(changed(12, 0x22)).toEqual({ state: 'invalid' })
  expect(changed(14, 0xff)).toEqual({ state: 'invalid' })
  expect(changed(15, 4)).toEqual({ state: 'invalid' })
})

it('asks for more until the header is whole, wherever it was cut', () => {
  for (const header of [
    Buffer.from('PROXY TCP4 203.0.113.9 10.0.0.1 1 2\r\n'),
    version2({ source: '203.0.113.9' }),
  ]) {
    for (let length = 1; length < header.length; length++)
      expect(readProxyHeader(header.subarray(0, length)), String(length)).toEqual({ state: 'more' })
  }
})

it('never throws and never reads past what is there, whatever the bytes', () => {
  const start = fc.constantFrom(
    Buffer.from('PROXY '),
    version2({ source: '203.0.113.9' }).subarray(0, 16),
    Buffer.alloc(0),
  )
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 200 }), (head, tail) => {
      const bytes = Buffer.concat([head, tail])
      const result = readProxyHeader(bytes)
      if (result.state === 'done') expect(result.bytes).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 2_000 },
  )
})

import { expect, it } from 'vitest'
import { plainAddress, TrustedProxies } from '../../../server/proxy/trusted-proxies.ts'

it('trusts addresses and networks by name, and nobody else', () => {
  const trusted = new TrustedProxies(['10.0.0.7', '192.168.4.0/22', '2001:db8::1', 'fd00:1::/32'])
  for (const peer of ['10.0.0.7', '192.168.4.1', '192.168.7.255', '2001:db8::1', 'fd00:1:2::3'])
    expect(trusted.trusts(peer), peer).toBe(true)
  for (const peer of [
    '10.0.0.8',
    '192.168.8.0',
    '127.0.0.1',
    '::1',
    '2001:db8::2',
    'fd00:2::1',
    '',
    'x',
    undefined,
  ])
    expect(trusted.trusts(peer), String(peer)).toBe(false)
})

it('knows this machine by "loopback", whichever of its addresses asks', () => {
  const trusted = new TrustedProxies(['loopback'])
  for (const peer of ['127.0.0.1', '127.9.9.9', '::1']) expect(trusted.trusts(peer), peer).toBe(true)
  expect(trusted.trusts('128.0.0.1')).toBe(false)
})

it('trusts what has no address on a Unix socket only', () => {
  expect(new TrustedProxies([], { unixSocket: true }).trusts(undefined)).toBe(true)
  expect(new TrustedProxies(['loopback']).trusts(undefined)).toBe(false)
})

it.each([
  'nginx',
  '10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  '::/129',
  '10.0.0.0/8 ',
  '',
])('refuses "%s", which names no address', (named) => {
  expect(() => new TrustedProxies([named])).toThrowError(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(`"${named}"`) }),
  )
})

it.each(['0.0.0.0/0', '::/0'])('refuses %s: with it anybody could claim to be anybody', (named) => {
  expect(() => new TrustedProxies([named])).toThrowError(/every address/)
})

it('compares addresses in one spelling', () => {
  expect(plainAddress('::ffff:10.0.0.7')).toBe('10.0.0.7')
  expect(plainAddress('2001:DB8:0:0:0:0:0:1')).toBe('2001:db8::1')
  expect(plainAddress('fe80::1%eth0')).toBe('fe80::1')
  for (const text of ['', 'unknown', '_hidden', '10.0.0.7:80', '[::1]'])
    expect(plainAddress(text)).toBeUndefined()
})

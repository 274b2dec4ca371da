import { expect, it } from 'vitest'
import { localConstraints, normalHostName, permits } from '../../../server/tls/name-constraints.ts'

const constraints = localConstraints('build-7.example.com')

it.each([
  ...['localhost', 'shop.localhost', 'ann-book.local', 'a.b.internal', 'x.test', 'nas.home.arpa', 'nas.lan'],
  ...[
    'build-7.example.com',
    '127.0.0.1',
    '127.255.255.255',
    '::1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...['192.168.1.20', '169.254.3.4', 'fd00::2', 'fc00::', 'fe80::1', 'febf::1'],
])('permits %s', (name) => {
  expect(permits(constraints, name)).toBe(true)
})

it.each([
  ...['example.com', 'notlocalhost', 'local.example', 'com', '', '126.255.255.255', '128.0.0.1', '11.0.0.1'],
  ...[
    '172.15.255.255',
    '172.32.0.0',
    '192.167.0.1',
    '192.0.2.2',
    '8.8.8.8',
    '::2',
    '::',
    'fe00::1',
    'fec0::1',
  ],
  ...['2001:db8::1', '::ffff:10.0.0.1'],
])('does not permit %s', (name) => {
  expect(permits(constraints, name)).toBe(false)
})

it.each(['dev', 'App', 'com', 'vm', 'xn--p1ai', '', 'bad name', '-x1'])(
  'adds no host name that could be a top-level domain or no name at all: %s',
  (hostName) => {
    expect(localConstraints(hostName).domains).toEqual(localConstraints('localhost').domains)
  },
)

it.each(['desktop-4k2', 'pc7', 'Ann-Book.', 'build.example.com'])('adds the host name %s', (hostName) => {
  expect(localConstraints(hostName).domains).toContain(normalHostName(hostName))
})

import type { Random } from '../../shared/random.ts'
import { pick, upTo } from './mutate.ts'

// Requests that are nearly right: each part is mostly what a browser sends, and now and then what none would.

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'HEAD',
  'TRACE',
  'CONNECT',
  'get',
  'GE T',
  '',
  'X'.repeat(300),
]
const WAYS = [
  'joinOrCreate',
  'create',
  'join',
  'joinById',
  'reconnect',
  'constructor',
  '__proto__',
  'x'.repeat(50),
  '%00',
  '',
]
const ROOMS = [
  'field',
  'fiel',
  'FIELD',
  'toString',
  '__proto__',
  '../field',
  'field%2f',
  '%ff',
  'field?x[]=1',
  '',
]
const TARGETS = [
  ...[
    '/',
    '/healthz',
    '/metrics',
    '/rooms',
    '/auth/guest',
    '/ca',
    '/sdk/fairground-client.js',
    '/index.html',
  ],
  ...[
    '*',
    '*<>',
    '//',
    '//example.com/',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/sdk/..%5c..',
    '/%',
    '/%ff%fe',
  ],
  ...[
    'http://[::1',
    'http://a:b@c/',
    'https://localhost/healthz',
    '\\',
    '?',
    '#',
    '/\u0000',
    '/é',
    `/${'a'.repeat(9_000)}`,
  ],
  ...[
    '/matchmake',
    '/matchmake/',
    '/matchmake/joinOrCreate',
    '/matchmake/joinOrCreate/field/more',
    '/p/r?sessionId=x',
  ],
]
const HOSTS = [
  'localhost',
  'localhost:1',
  '[::1]',
  '[',
  'a b',
  '',
  'x'.repeat(300),
  '127.0.0.1:99999',
  'ex ample',
  '%',
]
const ODD_HEADERS = [
  ...['Origin: null', 'Origin: https://evil.example', 'Origin: ://', `Origin: https://${'o'.repeat(4_000)}`],
  ...[
    'X-Forwarded-For: 1.2.3.4',
    'X-Forwarded-For: , , ,',
    'X-Forwarded-For: [',
    'Forwarded: for=_x;proto=',
    'X-Real-IP: ::1',
  ],
  ...[
    'X-Forwarded-Proto: http',
    'X-Forwarded-Proto: https, http',
    'X-Forwarded-Proto: \u00ff',
    'X-Forwarded-Host: ]',
  ],
  ...[
    'Authorization: Bearer ',
    `Authorization: Bearer ${'a.'.repeat(900)}`,
    'Authorization: Basic Og==',
    'Cookie: a=b; =',
  ],
  ...[
    'Content-Length: -1',
    'Content-Length: 1e9',
    'Content-Length: 99999999999999999999',
    'Content-Length: 5, 6',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Content-Encoding: gzip',
    'Content-Encoding: br',
  ],
  ...[
    'Content-Type: text/plain',
    'Content-Type: application/json; charset=utf-7',
    'Content-Type: ;',
    'Expect: 100-continue',
  ],
  ...[
    'Connection: Upgrade\r\nUpgrade: websocket',
    'Upgrade: h2c',
    'Sec-WebSocket-Key: x',
    'Sec-WebSocket-Version: 13',
  ],
  ...[
    'x-fairground-protocol: 99',
    'x-fairground-protocol: ',
    'If-None-Match: *',
    'Range: bytes=9-1',
    ': empty',
    'no colon',
    ' folded',
  ],
  `X-Long: ${'l'.repeat(9_000)}`,
]
const GOOD_BODIES = ['{}', '{"name":"Ann","team":"red"}', '{"tags":["a","b"]}']
const BODIES = [
  ...['{}', '', 'null', '[]', '"x"', '1e999', '{', '{"name":', '{"a":1}{"b":2}', '\ufeff{}', '\u0000'],
  ...[
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"name":"Ann","team":"red"}',
    '{"team":7}',
  ],
  ...[
    '{"tags":["a","b"]}',
    `{"name":"${'n'.repeat(500)}"}`,
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `{"x":"${'y'.repeat(70_000)}"}`,
  ],
  JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key${n}`, n]))),
]

function anyTarget(random: Random): string {
  if (random() < 0.4) return pick(random, TARGETS)
  const way = random() < 0.6 ? 'joinOrCreate' : pick(random, WAYS)
  return `/matchmake/${way}/${random() < 0.7 ? 'field' : pick(random, ROOMS)}`
}

/** One request as it goes over the wire: whole or cut, with a good or an odd line, headers and body. */
export function nextRequest(random: Random): Buffer {
  const body = random() < 0.5 ? pick(random, GOOD_BODIES) : pick(random, BODIES)
  const headers = [`Host: ${random() < 0.85 ? 'localhost' : pick(random, HOSTS)}`]
  if (random() < 0.9) headers.push('X-Forwarded-Proto: https')
  if (random() < 0.9) headers.push(`Content-Length: ${Buffer.byteLength(body)}`)
  for (let odd = upTo(random, 3); odd > 0; odd--) headers.push(pick(random, ODD_HEADERS))
  const method = random() < 0.8 ? 'POST' : pick(random, METHODS)
  const version =
    random() < 0.97 ? 'HTTP/1.1' : pick(random, ['HTTP/1.0', 'HTTP/9.9', 'HTTP', '', 'HTTP/1.1 x'])
  const whole = Buffer.from(
    `${method} ${anyTarget(random)} ${version}\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
  )
  const way = random()
  if (way < 0.85) return whole
  if (way < 0.92) return whole.subarray(0, upTo(random, whole.length))
  const changed = Buffer.from(whole)
  for (let times = 1 + upTo(random, 5); times > 0; times--)
    changed[upTo(random, changed.length)] = upTo(random, 256)
  return changed
}

import { afterEach, expect, it, vi } from 'vitest'
import { parseAddress } from '../../client-sdk/address.ts'
import { connect } from '../../client-sdk/index.ts'

afterEach(() => void vi.unstubAllGlobals())

it.each([
  ['wss://localhost:2567', 'https://localhost:2567', 'wss://localhost:2567'],
  ['https://localhost:2567/', 'https://localhost:2567', 'wss://localhost:2567'],
  ['wss://game.example', 'https://game.example', 'wss://game.example'],
  ['wss://game.example:443', 'https://game.example', 'wss://game.example'],
  ['wss://game.example/eu//', 'https://game.example/eu', 'wss://game.example/eu'],
  ['wss://[::1]:2567', 'https://[::1]:2567', 'wss://[::1]:2567'],
  ['WSS://Game.Example/?token=1#x', 'https://game.example', 'wss://game.example'],
  ['ws://192.168.1.5:2567', 'http://192.168.1.5:2567', 'ws://192.168.1.5:2567'],
])('reads %s as one server with an https and a wss face', (given, http, wss) => {
  expect(parseAddress(given)).toEqual({ http, wss })
})

it.each(['', 'nonsense', 'ftp://localhost', 'localhost:2567/arena', 'wss://', '/path', 'wss://a b'])(
  'refuses "%s" as an address',
  (given) => {
    expect(() => connect(given)).toThrow(expect.objectContaining({ code: 'URL_INVALID', retry: 'change' }))
  },
)

it.each(['localhost:2567', 'game.example', '127.0.0.1:80'])('guesses what was meant by "%s"', (given) => {
  expect(() => connect(given)).toThrow(`Did you mean wss://${given}?`)
})

it('wants an address where there is no page to take it from', () => {
  expect(() => connect()).toThrow(expect.objectContaining({ code: 'URL_INVALID' }))
})

it('takes the server that the page came from by default', () => {
  vi.stubGlobal('location', new URL('https://play.example:8443/arena/?room=1'))
  expect(connect().url).toBe('https://play.example:8443')
})

it('wants an address on a page from a file or a sandboxed frame', () => {
  vi.stubGlobal('location', { origin: 'null', protocol: 'file:' })
  expect(() => connect()).toThrow(expect.objectContaining({ code: 'URL_INVALID' }))
})

it.each(['ws://other.example:2567', 'http://other.example:2567'])(
  'refuses %s on an https page and names the address that works',
  (given) => {
    vi.stubGlobal('location', new URL('https://play.example/'))
    expect(() => connect(given)).toThrow(
      expect.objectContaining({
        code: 'INSECURE_URL',
        next: 'Connect to wss://other.example:2567 instead.',
      }),
    )
  },
)

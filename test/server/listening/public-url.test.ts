import { expect, it } from 'vitest'
import { parsePublicUrl, withoutPrefix } from '../../../server/listening/public-url.ts'

it('reads the address that players use, with a prefix or without', () => {
  expect(parsePublicUrl('wss://game.example')).toEqual({
    https: 'https://game.example',
    address: 'game.example',
    port: 443,
    prefix: '',
  })
  expect(parsePublicUrl('https://game.example:8443/eu/p1/')).toEqual({
    https: 'https://game.example:8443/eu/p1',
    address: 'game.example:8443/eu/p1',
    port: 8443,
    prefix: '/eu/p1',
  })
})

it.each([
  'game.example',
  'ws://game.example',
  'http://game.example',
  'wss://a:b@game.example',
  'wss://game.example/a?b',
  'wss://game.example/%41',
  '',
])('refuses "%s"', (given) => {
  expect(() => parsePublicUrl(given)).toThrowError(expect.objectContaining({ code: 'OPTION_INVALID' }))
})

it.each([
  ['/p1/matchmake/join/a', '/matchmake/join/a'],
  ['/p1', '/'],
  ['/p1?a=1', '/?a=1'],
  ['/p1/', '/'],
  ['/p10/x', '/p10/x'],
  ['/x/p1', '/x/p1'],
  ['/', '/'],
  ['*', '*'],
])('takes the prefix off %s: %s', (target, bare) => {
  expect(withoutPrefix(target, '/p1')).toBe(bare)
})

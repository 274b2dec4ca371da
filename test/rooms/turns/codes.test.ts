import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inviteCode, MAX_CODE_TEXT, readCode, spacedCode } from '../../../rooms/turns/codes.ts'
import { seededRandom } from '../../../shared/random.ts'
import { anySeed } from './random-moves.ts'

const anyCode = anySeed.map((seed) => inviteCode(seededRandom(seed)))

it('[TU11] a code is six letters and digits, none of which looks like another', () => {
  fc.assert(fc.property(anyCode, (code) => void expect(code).toMatch(/^[BCDFGHJKMNPRTVWXZ3479]{6}$/)))
  expect(inviteCode(() => 0)).toBe('BBBBBB')
  expect(inviteCode(() => 1 - 2 ** -32)).toBe('999999')
})

it('a code is read as people write it: small, in groups, with spaces or dashes around', () => {
  fc.assert(
    fc.property(anyCode, fc.boolean(), (code, small) => {
      const written = small ? spacedCode(code).toLowerCase() : spacedCode(code)
      for (const text of [written, ` ${written}\n`, written.replace(' ', '-'), [...code].join(' ')])
        expect(readCode(text)).toBe(code)
    }),
  )
})

it.each([
  '',
  'BCD',
  'BCDFGHJ',
  'BCDFG0',
  'BCDFGA',
  'BCDFG\u{1F98A}',
  '<b>BCD',
  `BCDFGH${' '.repeat(MAX_CODE_TEXT)}X`.slice(6),
])('%j is no code', (text) => expect(readCode(text)).toBeUndefined())

it('nothing that anybody may type breaks the reading of codes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = readCode(text)
      if (code !== undefined) expect(code).toMatch(/^[BCDFGHJKMNPRTVWXZ3479]{6}$/)
    }),
  )
})

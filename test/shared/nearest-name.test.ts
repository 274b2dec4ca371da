import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nearestName } from '../../shared/nearest-name.ts'

const NAMES = ['arena', 'chat', 'ticker', 'devices', 'turns']

it.each([
  ['arna', 'arena', 'a letter too few'],
  ['arrena', 'arena', 'a letter too many'],
  ['arana', 'arena', 'a wrong letter'],
  ['raena', 'arena', 'two letters swapped'],
  ['ARENA', 'arena', 'capitals'],
  ['Caht', 'chat', 'a swap and a capital'],
  ['tikcerr', 'ticker', 'two slips in a longer name'],
  ['arena', 'arena', 'nothing'],
])('[JN2] "%s" is taken for "%s": %s is wrong', (typed, meant) => {
  expect(nearestName(typed, NAMES)).toBe(meant)
})

it.each(['', 'a', 'xyz', 'shooter', 'arenaarena', 'anera1', 'chess', '🎪', '__proto__'])(
  '[JN2] "%s" is near to nothing',
  (typed) => {
    expect(nearestName(typed, NAMES)).toBeUndefined()
  },
)

it('the nearest wins, and of equals the first', () => {
  expect(nearestName('roam', ['rooms', 'room'])).toBe('room')
  expect(nearestName('bat', ['cat', 'hat'])).toBe('cat')
})

it('a name of one letter is never suggested for another', () => {
  expect(nearestName('b', ['a'])).toBeUndefined()
  expect(nearestName('', ['a', 'ab'])).toBeUndefined()
})

it('without candidates there is no suggestion', () => {
  expect(nearestName('arena', [])).toBeUndefined()
})

it('keeps the case of what exists', () => {
  expect(nearestName('lobbyroom', ['LobbyRoom'])).toBe('LobbyRoom')
})

it('one slip in a name of three letters or more is always forgiven', () => {
  const name = fc.stringMatching(/^[a-z]{3,20}$/)
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('drop', 'double', 'swap', 'change'), (name, place, slip) => {
      const at = place % (name.length - 1)
      const [before, here, next, rest] = [name.slice(0, at), name[at]!, name[at + 1]!, name.slice(at + 2)]
      const typed = {
        drop: before + next + rest,
        double: before + here + here + next + rest,
        swap: before + next + here + rest,
        change: `${before}#${next}${rest}`,
      }[slip]
      expect(nearestName(typed, ['0', name])).toBe(name)
    }),
  )
})

it('takes no longer for a megabyte than for a name', () => {
  const typed = `arena${'x'.repeat(1_000_000)}`
  expect(nearestName(typed, NAMES)).toBeUndefined()
  expect(nearestName(typed, [`arena${'x'.repeat(59)}`]), 'only the beginning is looked at').toBe(
    `arena${'x'.repeat(59)}`,
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanName, MAX_NAME_LENGTH, uniqueName } from '../../shared/names.ts'

test('a name loses control characters, invisible ones and doubled spaces', () => {
  expect(cleanName('  A\u0000n\u200Bn\u202E\n \t the  Great ')).toBe('Ann the Great')
  expect(cleanName('\u200B\u2066')).toBe('')
})

test('a joiner stays where it makes something, and nowhere else', () => {
  for (const name of ['می\u200Cخواهم', 'क्\u200Dष', '👩🏽\u200D🚀', '👁️\u200D🗨️'])
    expect(cleanName(name)).toBe(name)
  expect(cleanName('A\u200Dn\u200Cn')).toBe('Ann')
  expect(cleanName('👩\u200D\u200Dn\u200D')).toBe('👩n')
  expect(cleanName('\u200Cمی\u200C')).toBe('می')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (raw) => {
      expect(cleanName(cleanName(raw))).toBe(cleanName(raw))
    }),
  )
})

test('nobody is mistaken for another by a joiner, by case or by width', () => {
  expect(uniqueName('شهرام', ['شه\u200Cرام'])).toBe('شهرام 2')
  expect(uniqueName('Ａｎｎ', ['ann'])).toBe('Ａｎｎ 2')
})

test('letters of every script stay', () => {
  for (const name of ['Zoë', 'Ślązak', '小明', 'Ольга', 'नेहा', '🦊'])
    expect(cleanName(name)).toBe(name.normalize('NFC'))
})

test('a name that is taken gets a number and stays within its length', () => {
  expect(uniqueName('Ann', ['Ben'])).toBe('Ann')
  expect(uniqueName('Ann', ['ann', 'Ann 2'])).toBe('Ann 3')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 15 }),
      (name, count) => {
        const taken: string[] = []
        for (let index = 0; index < count; index++)
          taken.push(uniqueName(name.slice(0, MAX_NAME_LENGTH), taken))
        expect(new Set(taken).size).toBe(count)
        for (const one of taken) expect(one.length).toBeLessThanOrEqual(MAX_NAME_LENGTH)
      },
    ),
  )
})

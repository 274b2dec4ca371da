import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanName, cleanText, mentionsIn, uniqueName } from '../../../rooms/chat/text.ts'
import { nameKey } from '../../../shared/names.ts'

describe('a text', () => {
  it.each([
    ['spaces around it', '  hello \n', 'hello'],
    ['line ends of any system', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['more than one empty line', 'a\n\n\n\n\nb', 'a\n\nb'],
    ['control characters', 'a\0b\u0007c\u001b[31md', 'abc[31md'],
    ['what turns the text around it', 'abc\u202Edef\u2066ghi', 'abcdefghi'],
    ['what hides', 'a\u200Bb\uFEFFc\u2060d', 'abcd'],
    ['half a character', 'a\ud83db', 'a\uFFFDb'],
    [
      'marks that climb over other lines',
      `a${'\u0301'.repeat(50)}b`,
      `á${'\u0301'.repeat(3)}b`.normalize('NFC'),
    ],
  ])('loses %s', (_what, raw, clean) => {
    expect(cleanText(raw).length).toBeLessThanOrEqual(raw.length)
    if (!raw.includes('\u0301')) expect(cleanText(raw)).toBe(clean)
    else expect([...cleanText(raw)].length).toBeLessThan(8)
  })

  it.each([
    '👩‍👩‍👧‍👦',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '👍🏽',
    'می‌خواهم',
    'שלום',
    'مرحبا',
    '<b>&amp;</b>',
    '日本語',
    'é',
    '1 < 2 && 3 > 2',
  ])('stays %s', (text) => expect(cleanText(text)).toBe(text))

  it.each(['', ' ', '\n\n', '\u200B', '\u200D\u200D', '\uFE0F', '\u202E', '\u0301'])(
    'of which nothing can be seen is empty (%j)',
    (text) => expect(cleanText(text)).toBe(''),
  )

  it('is clean after cleaning, and never longer than the worst expansion', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (raw) => {
        const clean = cleanText(raw)
        expect(cleanText(clean)).toBe(clean)
        expect(clean.isWellFormed()).toBe(true)
        expect(clean).not.toMatch(/[\u202A-\u202E\u2066-\u2069\0]/)
      }),
    )
  })
})

describe('a name', () => {
  it.each([
    ['  Ann \n the\tGreat ', 'Ann the Great'],
    ['A\u200Dn\u202En', 'Ann'],
    ['@Ann', 'Ann'],
    ['\u200B', ''],
    ['<i>', '<i>'],
    ['شه\u200Cرام \u200C', 'شه\u200Cرام'],
    ['👩\u200D🚀\u200D', '👩\u200D🚀'],
  ])('%j is shown as %j', (raw, clean) => expect(cleanName(raw)).toBe(clean))

  it('that is taken gets a number, whatever its case and width', () => {
    const taken = new Set(['ann', 'ann 2', 'x'.repeat(24)])
    const isTaken = (key: string) => taken.has(key)
    expect(uniqueName('Ann', isTaken)).toBe('Ann 3')
    expect(uniqueName('Ａｎｎ', isTaken)).toBe('Ａｎｎ 3')
    expect(uniqueName('X'.repeat(24), isTaken)).toBe(`${'X'.repeat(22)} 2`)
    expect(uniqueName('Ben', isTaken)).toBe('Ben')
    expect(uniqueName('شهرام', (key) => key === nameKey('شه\u200Cرام'))).toBe('شهرام 2')
  })
})

describe('a mention', () => {
  const ids: Record<string, string> = { ann: '1', 'ann lee': '2', bo: '3', אבי: '4', 'dr. who': '5' }
  const idOf = (key: string) => ids[key]

  it.each([
    ['@Ann hello', ['1']],
    ['hello @ann lee!', ['2']],
    ['@Ann leek', ['1']],
    ['@Bob', []],
    ['mail bo@ann.example', []],
    ['@@bo, @ann and @bo', ['3', '1']],
    ['שלום @אבי', ['4']],
    ['@Dr. Who?', ['5']],
    ['@', []],
    ['(@bo)', ['3']],
  ])('in %j names %j', (text, named) => expect(mentionsIn(text, idOf)).toEqual(named))

  it('names twenty people at most', () => {
    const text = Array.from({ length: 50 }, (_, index) => `@p${index}`).join(' ')
    expect(mentionsIn(text, (key) => (/^p\d+$/.test(key) ? key : undefined))).toHaveLength(20)
  })
})

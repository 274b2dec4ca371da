/** Names of players as others see them, in every room. */

export const MAX_NAME_LENGTH = 20

/** Scripts whose words are written with joiners in between letters, such as Persian and Hindi. */
const JOINING = ['Arabic', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu']
  .concat('Kannada', 'Malayalam', 'Sinhala')
  .map((script) => `\\p{Script=${script}}`)
  .join('')
const EMOJI = '\\p{Extended_Pictographic}[\\uFE0F\\u{1F3FB}-\\u{1F3FF}]?'
const INVISIBLE = new RegExp(
  `((?<=${EMOJI})\\u200D(?=\\p{Extended_Pictographic})|(?<=[${JOINING}])[\\u200C\\u200D](?=[${JOINING}]))` +
    '|[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}]',
  'gu',
)

/** Takes invisible characters out. Joiners stay where they make something: one emoji of several, one word of two parts. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '$1')
}

/** The form in which two names are the same. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200C\u200D]/gu, '')
}

/** A name without what is invisible or reverses the text around it, spaces collapsed; may be empty. */
export function cleanName(name: string): string {
  return withoutInvisible(name.normalize('NFC').replace(/\s+/gu, ' ')).trim()
}

/** `name`, or `name 2`, `name 3` … where it is taken: nobody plays under another's name. */
export function uniqueName(name: string, taken: Iterable<string>): string {
  const others = new Set([...taken].map(nameKey))
  let candidate = name
  for (let count = 2; others.has(nameKey(candidate)); count++) {
    const suffix = ` ${count}`
    candidate = `${shortened(name, MAX_NAME_LENGTH - suffix.length)}${suffix}`
  }
  return candidate
}

/** `text` cut to `maxLength`, between characters. */
function shortened(text: string, maxLength: number): string {
  const characters = [...text]
  while (characters.join('').length > maxLength) characters.pop()
  return characters.join('').trimEnd()
}

/** Texts and names as others may see them. What is shown is always shown as text; this is about characters. */
import { nameKey, withoutInvisible } from '../../shared/names.ts'
import { MAX_MARKS, MAX_MENTIONS, MAX_NAME_CHARS } from './tuning.ts'

/** Characters that turn the text around them, which a stray one would do to the whole page. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/gu
/** Controls but line feed, and formats that do nothing but hide. Joiners stay: emoji and Persian are made with them. */
const HIDDEN = /[\p{Cc}\u00AD\u200B\u2060-\u2064\u206A-\u206F\uFEFF\uFFF9-\uFFFB]/gu
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu')
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
const WORD = /[\p{L}\p{N}_]/u

/** A message without what is invisible or harms other lines; empty where nothing of it can be seen. */
export function cleanText(text: string): string {
  const cleaned = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replaceAll('\t', '  ')
    .replace(TURNING, '')
    .replace(HIDDEN, (hidden) => (hidden === '\n' ? hidden : ''))
    .replace(MARKS, '$1')
    .replace(/[^\S\n]+$/gmu, '')
    .replace(/\n{3,}/gu, '\n\n')
    .trim()
  return VISIBLE.test(cleaned) ? cleaned : ''
}

/** A name: one line, no invisible characters, spaces collapsed; may be empty. */
export function cleanName(name: string): string {
  const cleaned = withoutInvisible(name.toWellFormed().normalize('NFC').replace(/\s+/gu, ' '))
    .replace(MARKS, '$1')
    // It would begin a mention of its own.
    .replaceAll('@', '')
    .trim()
  return VISIBLE.test(cleaned) ? cleaned : ''
}

/** `name`, or `name 2`, `name 3` … where it is taken: nobody speaks under another's name. */
export function uniqueName(name: string, isTaken: (key: string) => boolean): string {
  let candidate = name
  for (let count = 2; isTaken(nameKey(candidate)); count++) {
    const suffix = ` ${count}`
    candidate = `${shortened(name, MAX_NAME_CHARS - suffix.length)}${suffix}`
  }
  return candidate
}

function shortened(text: string, maxChars: number): string {
  const characters = [...text]
  while (characters.join('').length > maxChars) characters.pop()
  return characters.join('').trimEnd()
}

/**
 * Whom a text names by `@name`: the longest name counts, so that `@Ann Lee` is not Ann.
 *
 * @param idOf the person behind a name's {@link nameKey}
 */
export function mentionsIn(text: string, idOf: (key: string) => string | undefined): string[] {
  const found = new Set<string>()
  for (let at = text.indexOf('@'); at >= 0 && found.size < MAX_MENTIONS; at = text.indexOf('@', at + 1)) {
    if (at > 0 && WORD.test(text[at - 1]!)) continue // an address, such as ann@example.org
    const mention = mentionAt(text, at, idOf)
    if (mention) found.add(mention.id)
  }
  return [...found]
}

/** The name that begins behind the `@` at `at`, and where it ends. */
export function mentionAt(
  text: string,
  at: number,
  idOf: (key: string) => string | undefined,
): { id: string; end: number } | undefined {
  for (let end = Math.min(text.length, at + 1 + MAX_NAME_CHARS); end > at + 1; end--) {
    if (WORD.test(text[end] ?? '') && WORD.test(text[end - 1]!)) continue // in the middle of a word
    const id = idOf(nameKey(text.slice(at + 1, end)))
    if (id !== undefined) return { id, end }
  }
  return undefined
}

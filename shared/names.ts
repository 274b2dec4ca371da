/** Names of players as others see them, in every room. */

export const MAX_NAME_LENGTH = 20

/** A name without what is invisible or reverses the text around it, spaces collapsed; may be empty. */
export function cleanName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim()
}

/** `name`, or `name 2`, `name 3` … where it is taken: nobody plays under another's name. */
export function uniqueName(name: string, taken: Iterable<string>): string {
  const others = new Set([...taken].map((other) => other.toLowerCase()))
  let candidate = name
  for (let count = 2; others.has(candidate.toLowerCase()); count++) {
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

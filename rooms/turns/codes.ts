import type { Random } from '../../shared/random.ts'

/** No vowels, so that no code is a word, and nothing that looks or sounds like something else here. */
const SYMBOLS = 'BCDFGHJKMNPRTVWXZ3479'
const LENGTH = 6

/** Longest text that is read as a code at all. */
export const MAX_CODE_TEXT = 40

/** A code to read out to a friend: one of 85 million. `random` must not be foreseeable. */
export function inviteCode(random: Random): string {
  return Array.from({ length: LENGTH }, () => SYMBOLS[Math.floor(random() * SYMBOLS.length)]).join('')
}

/** A code as people write it: in two groups. */
export function spacedCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)} ${code.slice(LENGTH / 2)}`
}

/** Reads what somebody typed or pasted: small letters, spaces and dashes are fine. Undefined for what is no code. */
export function readCode(text: string): string | undefined {
  const code = text
    .slice(0, MAX_CODE_TEXT)
    .replace(/[\s\-–—.·]/g, '')
    .toUpperCase()
  return code.length === LENGTH && [...code].every((symbol) => SYMBOLS.includes(symbol)) ? code : undefined
}

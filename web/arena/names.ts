/** Names of fighters. */
import { cleanName, MAX_NAME_LENGTH } from '../../shared/names.ts'
import type { NameRules } from '../page/name-field.ts'

export const FIGHTER_NAME: NameRules = {
  maxChars: MAX_NAME_LENGTH,
  clean: cleanName,
  missing: 'Enter a name first: it is shown over your fighter.',
}

const FIRST = ['Swift', 'Brave', 'Sly', 'Merry', 'Bold', 'Lucky', 'Calm', 'Jolly', 'Keen', 'Wild']
const SECOND = ['Otter', 'Falcon', 'Badger', 'Lynx', 'Heron', 'Fox', 'Panda', 'Raven', 'Hare', 'Newt']

/** For who only wants to play. */
export function anyName(): string {
  return `${pick(FIRST)} ${pick(SECOND)}`
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)]!
}

/** Names of people in the chat. */
import { cleanName } from '../../rooms/chat/text.ts'
import { MAX_NAME_CHARS } from '../../rooms/chat/tuning.ts'
import type { NameRules } from '../page/name-field.ts'

export const PERSON_NAME: NameRules = {
  maxChars: MAX_NAME_CHARS,
  clean: cleanName,
  missing: 'Enter a name first: others see it beside what you say.',
}

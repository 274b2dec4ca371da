import { FairgroundError } from '../../client-sdk/index.ts'
import { element, say } from '../page/element.ts'
import { problemWith, rememberName } from '../page/name-field.ts'
import { PERSON_NAME } from './name.ts'
import type { Session } from './session.ts'

/** Lets people call themselves something else. */
export function offerRename(session: () => Session | undefined): void {
  const dialog = element<HTMLDialogElement>('#rename')
  const field = element<HTMLInputElement>('#new-name')
  const hint = element('p[role=alert]', dialog)
  element('#me').addEventListener('click', () => {
    const you = session()?.you
    if (!you) return
    field.value = you.name
    say(hint, '')
    say(element('code', dialog), you.id)
    dialog.showModal()
    field.select()
  })
  element('form', dialog).addEventListener('submit', (event) => {
    if ((event.submitter as HTMLButtonElement | null)?.value !== 'save') return
    event.preventDefault()
    const name = PERSON_NAME.clean(field.value)
    const problem = problemWith(name, PERSON_NAME)
    if (problem) say(hint, problem)
    else void rename(name)
  })

  async function rename(name: string): Promise<void> {
    try {
      await session()?.rename(name)
      rememberName(name)
      dialog.close()
    } catch (error) {
      if (!(error instanceof FairgroundError)) throw error
      say(hint, error.message)
    }
  }
}

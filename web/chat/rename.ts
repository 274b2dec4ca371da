import { FairgroundError } from '../../client-sdk/index.ts'
import { cleanName } from '../../rooms/chat/text.ts'
import { element, say } from '../page/element.ts'
import { problemWith, rememberName } from './entrance.ts'
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
    const name = cleanName(field.value)
    const problem = problemWith(name)
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

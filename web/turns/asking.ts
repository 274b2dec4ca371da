import { element, make } from '../page/element.ts'

/** Asks before something that cannot be taken back. */
export function ask(question: string, yes: string, onYes: () => void): void {
  const [agree, refuse] = [
    make('button', { text: yes, class: 'primary' }),
    make('button', { text: 'Play on' }),
  ]
  agree.addEventListener('click', onYes)
  open(make('h2', { text: question }), make('div', { class: 'ways' }, agree, refuse))
}

/** The rules over the table, as the entrance has them. */
export function showRules(): void {
  const close = make('button', { text: 'Close', class: 'primary' })
  const rules = element('.rules ol').cloneNode(true)
  const keys = make('p', {
    class: 'keys',
    text: 'Keys: 1 to 5 choose a card, Q W E R T a tent, M the mask, L the lantern, Escape takes back.',
  })
  open(make('h2', { text: 'How it goes' }), rules, keys, make('div', { class: 'ways' }, close))
}

function open(...content: Node[]): void {
  const dialog = element<HTMLDialogElement>('#asking')
  dialog.replaceChildren(...content)
  for (const button of dialog.querySelectorAll('button'))
    button.addEventListener('click', () => dialog.close())
  if (!dialog.open) dialog.showModal()
}

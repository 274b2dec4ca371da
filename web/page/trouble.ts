/** What is told when something is the matter: a dialog with the ways on, or a line over the page. */
import { FairgroundError } from '../../client-sdk/index.ts'
import { element, make } from './element.ts'

export interface Way {
  readonly label: string
  act(): void
}

/** Says what went wrong, what may be behind it and what to do; a way on is always offered. */
export function showTrouble(title: string, error: FairgroundError, ways: readonly [Way, ...Way[]]): void {
  const dialog = element<HTMLDialogElement>('#trouble')
  const buttons = ways.map(({ label, act }, index) => {
    const button = make('button', { text: label, ...(index === 0 && { class: 'primary' }) })
    button.addEventListener('click', () => {
      dialog.close()
      act()
    })
    return button
  })
  const causes = error.causes.map((text) => make('li', { text }))
  dialog.replaceChildren(
    make('h2', { text: title }),
    make('p', { text: error.message }),
    ...(causes.length > 0 ? [make('ol', {}, ...causes)] : [make('p', { text: error.next })]),
    make('div', { class: 'ways' }, ...buttons),
    make('code', { text: error.code }),
  )
  // Escape would leave an empty page behind.
  dialog.oncancel = (event) => event.preventDefault()
  if (!dialog.open) dialog.showModal()
}

/** What was thrown, as something that can be shown; anything else is a mistake in this page. */
export function known(error: unknown): FairgroundError {
  if (error instanceof FairgroundError) return error
  throw error
}

export function hideTrouble(): void {
  element<HTMLDialogElement>('#trouble').close()
}

export const RECONNECTING = 'Connection lost. Reconnecting…'

/**
 * Tells in a line when this machine has no network.
 *
 * @param status of the page, asked when the network is back
 */
export function watchNetwork(offline: string, status: () => string | undefined): void {
  addEventListener('offline', () => showBanner(offline))
  addEventListener('online', () => showBanner(status() === 'reconnecting' ? RECONNECTING : undefined))
}

/** A line over the running game: reconnecting, offline. Without text it goes away. */
export function showBanner(text?: string): void {
  const banner = element('#banner')
  banner.textContent = text ?? ''
  banner.hidden = text === undefined
}

import { spacedCode } from '../../rooms/turns/codes.ts'
import { element, make } from '../page/element.ts'
import { showBanner } from '../page/trouble.ts'

const SHOWN_MS = 2_000

/** A link that leads to this table. */
function linkTo(code: string): string {
  const url = new URL(location.href)
  url.search = `?code=${code}`
  url.hash = ''
  return url.href
}

/** Shows the code as tiles, easy to read out. */
export function showCode(code: string): void {
  const tiles = [...spacedCode(code)].map((symbol) =>
    make('span', symbol === ' ' ? { class: 'gap' } : { text: symbol }),
  )
  const root = element('#invite-code')
  root.replaceChildren(...tiles)
  root.setAttribute('aria-label', `Code of this table: ${[...code].join(' ')}`)
}

/** Copies the link, or shows it where the browser does not let us. */
export async function copyLink(code: string): Promise<void> {
  const link = linkTo(code)
  try {
    await navigator.clipboard.writeText(link)
    showBanner('The link is copied.')
  } catch {
    showBanner(link)
  }
  setTimeout(() => showBanner(), SHOWN_MS)
}

/** Lets the device share the link; only phones and some desktops can. */
export async function shareLink(code: string): Promise<void> {
  // Rejects, too, where the player thought better of it.
  await navigator
    .share({ title: 'Five Tents', text: `Play Five Tents with me: ${spacedCode(code)}`, url: linkTo(code) })
    .catch(() => {})
}

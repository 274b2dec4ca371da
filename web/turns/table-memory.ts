/** Which table this browser has a place at: it outlives the page, and the browser. */

const KEY = 'turns.table'

/** The address leads back to the table; a place at it is kept beyond that. */
export function rememberTable(code: string, asPlayer: boolean): void {
  if (asPlayer) localStorage.setItem(KEY, code)
  history.replaceState(null, '', `?code=${code}`)
}

/** A reload does not lead back any more. */
export function leaveAddress(): void {
  history.replaceState(null, '', location.pathname)
}

export function forgetTable(): void {
  localStorage.removeItem(KEY)
  leaveAddress()
}

export function rememberedTable(): string | undefined {
  return localStorage.getItem(KEY) ?? undefined
}

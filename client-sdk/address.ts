import { FairgroundError } from '../shared/errors.ts'

/** The two faces of a match server's address. */
export interface Address {
  /** `https://host:port/path`, without a slash at the end. */
  readonly http: string
  /** The same with `wss`. */
  readonly wss: string
}

/**
 * Reads the address of a match server.
 *
 * @param given `wss://…` or `https://…`; without it, the origin of the page
 * @throws FairgroundError URL_INVALID, or INSECURE_URL for `ws://` from an https page
 */
export function parseAddress(given: string | undefined): Address {
  const page = typeof location === 'undefined' || location.origin === 'null' ? undefined : location
  const text = given ?? page?.origin
  if (text === undefined) {
    throw new FairgroundError('URL_INVALID', {
      message: 'connect() needs the address of a match server here.',
    })
  }
  const url = parse(text)
  const secure = url.protocol === 'wss:' || url.protocol === 'https:'
  if (!secure && page?.protocol === 'https:') {
    throw new FairgroundError('INSECURE_URL', {
      message: `This page is on https, so the browser refuses ${text}.`,
      next: `Connect to ${text.replace(/^ws:|^http:/, 'wss:')} instead.`,
    })
  }
  const rest = `${url.host}${url.pathname.replace(/\/+$/, '')}`
  return { http: `${secure ? 'https' : 'http'}://${rest}`, wss: `${secure ? 'wss' : 'ws'}://${rest}` }
}

function parse(text: string): URL {
  try {
    const url = new URL(text)
    if (/^(wss?|https?):$/.test(url.protocol)) return url
  } catch {
    // Falls through to the same explanation.
  }
  const guess = /^[\w.-]+(:\d+)?$/.test(text) ? ` Did you mean wss://${text}?` : ''
  throw new FairgroundError('URL_INVALID', {
    message: `"${text}" is not the address of a match server.${guess}`,
  })
}

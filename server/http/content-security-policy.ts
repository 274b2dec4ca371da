import { isIPv6 } from 'node:net'
import { FairgroundError } from '../../shared/errors.ts'
import { nearestName } from '../../shared/nearest-name.ts'

/**
 * What pages may load and whom they may talk to: everything of their own origin, and pictures, sounds, fonts and
 * workers that they make themselves. Nothing written into the page runs, neither a `<script>` nor an `onclick=`.
 */
const POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'", 'data:', 'blob:'],
  'worker-src': ["'self'", 'blob:'],
  'frame-src': ["'self'"],
  'frame-ancestors': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'object-src': ["'none'"],
} as const satisfies Record<string, readonly string[]>

export type CspDirective = keyof typeof POLICY

/**
 * Sources that pages may use besides those of the server itself, by directive:
 * `{ 'img-src': ['https://cdn.example'], 'script-src': ["'wasm-unsafe-eval'"] }`. `false` sends no policy at all, for
 * those who send one of their own.
 */
export type ContentSecurityPolicy = false | { readonly [Directive in CspDirective]?: readonly string[] }

/** The policy for a request to `host`; undefined where there is none. */
export type PolicyForHost = (host: string | undefined) => string | undefined

/** Whether pages of other sites were given leave to show this server's in a frame. */
export function framedElsewhere(option: ContentSecurityPolicy | undefined): boolean {
  return option !== undefined && option !== false && (option['frame-ancestors']?.length ?? 0) > 0
}

/** Makes the policy of an option that {@link checkContentSecurityPolicy} has let through. */
export function policyForHost(option: ContentSecurityPolicy = {}): PolicyForHost {
  if (option === false) return () => undefined
  const parts = Object.entries(POLICY).map(([directive, ours]) => {
    const added = option[directive as CspDirective] ?? []
    const sources = added.length > 0 ? [...ours.filter((source) => source !== "'none'"), ...added] : ours
    return `${directive} ${[...new Set(sources)].join(' ')}`
  })
  const cut = parts.findIndex((part) => part.startsWith('connect-src')) + 1
  const [before, after] = [parts.slice(0, cut).join('; '), parts.slice(cut).join('; ')]
  return (host) => `${before}${ownWss(host)}; ${after}`
}

/** Safari before 15.4 does not take wss of the page's own origin for `'self'`. */
function ownWss(host: string | undefined): string {
  const hostname = hostnameOf(host)
  // The grammar of the policy has no IPv6 addresses.
  return hostname === undefined || isIPv6(hostname) ? '' : ` wss://${host?.toLowerCase()}`
}

/** The host of a Host header, without port, brackets and final dot; undefined if it is none. */
export function hostnameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(host)) return undefined
  const address = `https://${host}`
  if (!URL.canParse(address)) return undefined
  return new URL(address).hostname.replace(/^\[|\]$|\.$/g, '')
}

/** @throws FairgroundError OPTION_INVALID, naming directive and source */
export function checkContentSecurityPolicy(option: ContentSecurityPolicy = {}): void {
  if (option === false) return
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    throw refused('contentSecurityPolicy must be false or an object of lists.')
  }
  for (const [directive, sources] of Object.entries(option)) {
    if (!Object.hasOwn(POLICY, directive)) {
      const near = nearestName(directive, Object.keys(POLICY))
      throw refused(
        `contentSecurityPolicy has no directive "${directive}".`,
        near === undefined ? `There are ${Object.keys(POLICY).join(', ')}.` : `Did you mean "${near}"?`,
      )
    }
    if (!Array.isArray(sources)) throw refused(`contentSecurityPolicy['${directive}'] must be a list.`)
    for (const source of sources) checkSource(directive, source)
  }
}

const KEYWORD = /^'(self|unsafe-inline|unsafe-eval|wasm-unsafe-eval|unsafe-hashes|report-sample)'$/
const HASH = /^'sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2}'$/
const SCHEME = /^[a-z][a-z0-9+.-]*:$/i
const HOST =
  /^([a-z][a-z0-9+.-]*:\/\/)?(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)(:(\d{1,5}|\*))?(\/[\x21-\x2b\x2d-\x3a\x3c-\x7e]*)?$/i

/** A source that browsers would skip with a note in a console that nobody reads, or one that ends its directive. */
function checkSource(directive: string, source: unknown): void {
  const named = `${JSON.stringify(source)?.slice(0, 100)} in contentSecurityPolicy['${directive}']`
  if (typeof source !== 'string') throw refused(`${named} is not text.`)
  if (source === "'none'") throw refused(`${named} allows nothing: leave it out.`)
  if (/^(self|none|unsafe-|wasm-|sha\d|nonce-)/.test(source)) {
    throw refused(`${named} needs quotes of its own.`, `Write "'${source}'".`)
  }
  if (![KEYWORD, HASH, SCHEME, HOST].some((form) => form.test(source))) {
    throw refused(`${named} is not a source.`)
  }
}

function refused(message: string, next?: string): FairgroundError {
  return new FairgroundError('OPTION_INVALID', {
    message,
    next:
      next ??
      "A source is an address such as https://cdn.example, or a word in quotes such as 'unsafe-inline'.",
  })
}

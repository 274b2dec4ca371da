import { isIP } from 'node:net'
import type { NextFunction, Request, Response } from 'express'
import { isLocalName } from '../tls/name-constraints.ts'
import {
  type ContentSecurityPolicy,
  framedElsewhere,
  hostnameOf,
  policyForHost,
} from './content-security-policy.ts'

type Middleware = (request: Request, response: Response, next: NextFunction) => void

/** Two years, in seconds: what browsers ask of those who want to be on their built-in lists. */
const HSTS_SECONDS = 63_072_000

export interface SecurityHeadersOptions {
  readonly contentSecurityPolicy?: ContentSecurityPolicy | undefined
  /** The certificate is this user's development one: tomorrow another program may answer at its names. */
  readonly development?: boolean
}

/**
 * The headers by which browsers keep a page of this server to what it is for. They go with every answer: browsers
 * show errors and files as pages, too.
 */
export function securityHeaders({
  contentSecurityPolicy,
  development = false,
}: SecurityHeadersOptions): Middleware {
  const policy = policyForHost(contentSecurityPolicy)
  const fixed = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // Pages that a game opens for a sign-in keep their opener; pages that open the game get no hold of it.
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
    // A game's own site may show the server's pictures, whatever name they are under.
    'Cross-Origin-Resource-Policy': 'same-site',
    ...(!framedElsewhere(contentSecurityPolicy) && { 'X-Frame-Options': 'SAMEORIGIN' }),
  }
  return (request, response, next) => {
    const { host } = request.headers
    for (const [name, value] of Object.entries(fixed)) response.setHeader(name, value)
    const own = policy(host)
    if (own !== undefined) response.setHeader('Content-Security-Policy', own)
    if (!development && isPublicName(host)) {
      // Without includeSubDomains: whether other names of the domain speak TLS is not ours to promise.
      response.setHeader('Strict-Transport-Security', `max-age=${HSTS_SECONDS}`)
    }
    next()
  }
}

/** Takes back what keeps others away: for public code, that any page may load. */
export const allowEverybody: Middleware = (_request, response, next) => {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  next()
}

/** Only a name that means the same server everywhere may be pinned to https. */
function isPublicName(host: string | undefined): boolean {
  const name = hostnameOf(host)
  return name?.includes('.') === true && isIP(name) === 0 && !isLocalName(name)
}

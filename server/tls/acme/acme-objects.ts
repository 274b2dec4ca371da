/** What an ACME authority answers with, as far as it is looked at (RFC 8555, 7.1); anything else is refused. */
import type { AcmeAnswer } from './acme-http.ts'
import { nonsense, type Problem, parseJson } from './acme-problem.ts'

export interface Directory {
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
  readonly meta?: {
    readonly externalAccountRequired?: boolean
    /** Name and meaning of each kind of certificate (draft-ietf-acme-profiles). */
    readonly profiles?: Readonly<Record<string, string>>
  }
}

export interface Order {
  readonly status: string
  readonly authorizations: readonly string[]
  readonly finalize: string
  readonly certificate?: string
  readonly error?: Problem
}

export interface Authorization {
  readonly status: string
  readonly identifier: { readonly value: string }
  readonly challenges: readonly { type: string; url: string; token: string; error?: Problem }[]
}

export function locationOf({ headers }: AcmeAnswer): string {
  const { location } = headers
  if (typeof location === 'string') return location
  throw nonsense('an account or order that has no address')
}

/** Nothing for what is no directory. */
export function directoryOf({ text }: AcmeAnswer): Directory | undefined {
  const found = parseJson(text) as Partial<Directory> | null | undefined
  const complete = [found?.newOrder, found?.newNonce, found?.newAccount].every(isText)
  return complete ? (found as Directory) : undefined
}

export function orderOf({ text }: AcmeAnswer): Order {
  const found = parseJson(text) as Partial<Order> | undefined
  if (isText(found?.status) && isText(found.finalize) && Array.isArray(found.authorizations))
    return found as Order
  throw nonsense('something that is not an order')
}

export function authorizationOf({ text }: AcmeAnswer): Authorization {
  const found = parseJson(text) as Partial<Authorization> | undefined
  if (isText(found?.status) && isText(found.identifier?.value) && Array.isArray(found.challenges))
    return found as Authorization
  throw nonsense('something that is not an authorization')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

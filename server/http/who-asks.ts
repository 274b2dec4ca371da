import type { IncomingMessage } from 'node:http'
import { FairgroundError } from '../../shared/errors.ts'
import type { GuestTokens } from '../identity/guest-tokens.ts'
import { callerOf } from '../proxy/caller.ts'
import type { JoinContext } from '../room/join-context.ts'
import { clientCertificateOf } from '../tls/client-certificates.ts'
import type { Firewall } from '../transport/firewall.ts'

/**
 * Who asks for a seat. About a token that is not ours the room's own onAuth decides.
 *
 * @param token default: the one in the Authorization header
 */
export async function whoAsks(
  request: IncomingMessage,
  guests: GuestTokens,
  token = bearerOf(request),
): Promise<JoinContext> {
  const identity = token === undefined ? guests.newGuest() : await guests.verify(token)
  return {
    ...(token !== undefined && { token }),
    identity,
    ip: callerOf(request).address,
    certificate: clientCertificateOf(request, Date.now()),
    headers: new Headers(request.headers as Record<string, string>),
    req: request,
  }
}

/** @throws FairgroundError BANNED for an address or identity that was sent away too often of late */
export function refuseBanned(
  firewall: Firewall,
  request: IncomingMessage,
  { identity }: Pick<JoinContext, 'identity'>,
): void {
  const { address, standsForMany } = callerOf(request)
  const leftMs = firewall.banLeftMs({ address: standsForMany ? undefined : address, identity: identity?.id })
  if (leftMs <= 0) return
  throw new FairgroundError('BANNED', {
    message: `This address or player was sent away several times; it is let in again in ${Math.ceil(leftMs / 1000)} s.`,
  })
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
}

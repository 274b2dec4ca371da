/** Who may come in: devices that prove their id, and who operates them. */
import type { JoinContext } from '../../server/index.ts'
import { FairgroundError } from '../../shared/errors.ts'
import type { Joining } from './formats.ts'
import { deviceToken, fleetKey, operatorToken, sameToken } from './keys.ts'

/**
 * A device proves its id by its certificate where one was shown, else by its token. An operator has a token; who sits at
 * the machine that the server is developed on needs none.
 *
 * @throws FairgroundError AUTH_FAILED
 */
export function refuseUnproven(joining: Joining, token: string, context: JoinContext): void {
  const key = fleetKey()
  if (joining.role === 'operator') {
    if (isDeveloper(context) || sameToken(token, operatorToken(key))) return
    throw new FairgroundError('AUTH_FAILED', {
      message: 'The fleet is operated with its key only.',
      next: 'Ask whoever runs the server for it: node rooms/devices/keys.ts operator',
    })
  }
  const { certificate } = context
  const proven = certificate
    ? certificate.commonName === joining.id
    : sameToken(token, deviceToken(key, joining.id))
  if (proven) return
  throw new FairgroundError('AUTH_FAILED', {
    message: 'Token or certificate are not those of this device.',
    next: 'Get its own token: node rooms/devices/keys.ts device <id>; a certificate names the id as its common name.',
  })
}

function isDeveloper({ ip }: JoinContext): boolean {
  return process.env['NODE_ENV'] !== 'production' && ip !== undefined && /^(127\.|::1$)/.test(ip)
}

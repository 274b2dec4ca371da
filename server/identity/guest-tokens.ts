import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Identity } from '../../shared/protocol.ts'

const ISSUER = 'fairground'
const LIFETIME = '90d'

/** Signs and checks the tokens by which a guest is known again. */
export class GuestTokens {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** A token for `identity`, good for 90 days. */
  async sign(identity: Identity): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setSubject(identity.id)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(this.#secret)
  }

  /** Who holds `token`; undefined for one that was not signed here, was altered, or has expired. */
  async verify(token: string): Promise<Identity | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, { issuer: ISSUER, algorithms: ['HS256'] })
      return typeof payload.sub === 'string' ? { id: payload.sub, guest: true } : undefined
    } catch {
      return undefined
    }
  }

  newGuest(): Identity {
    return { id: `guest-${randomUUID()}`, guest: true }
  }
}

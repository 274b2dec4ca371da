import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jwtVerify, SignJWT } from 'jose'
import { FairgroundError } from '../../shared/errors.ts'
import type { Identity } from '../../shared/protocol.ts'

const ISSUER = 'fairground'
const LIFETIME = '90d'
const SECRET_BYTES = 32

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
      return payload.sub === undefined ? undefined : { id: payload.sub, guest: true }
    } catch {
      return undefined
    }
  }

  newGuest(): Identity {
    return { id: `guest-${randomUUID()}`, guest: true }
  }
}

/**
 * The key that guest tokens are signed with: FAIRGROUND_SECRET (32 characters or more) where it is set, else a file
 * in the user's data folder, made once and readable by its owner only.
 *
 * @throws FairgroundError OPTION_INVALID for a secret that is too short
 */
export function guestSecret(dataFolder: string): Uint8Array {
  const given = process.env['FAIRGROUND_SECRET']
  if (given !== undefined) {
    if (given.length < SECRET_BYTES) {
      throw new FairgroundError('OPTION_INVALID', {
        message: `FAIRGROUND_SECRET has ${given.length} characters; it needs ${SECRET_BYTES} or more.`,
        next: 'Make one with: openssl rand -hex 32',
      })
    }
    return new TextEncoder().encode(given)
  }
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const path = join(dataFolder, 'guest-secret')
  const fresh = `${path}.${process.pid}`
  try {
    return readFileSync(path)
  } catch {
    // The first process to link its file wins; the others use what it wrote.
    writeFileSync(fresh, randomBytes(SECRET_BYTES), { mode: 0o600 })
    try {
      linkSync(fresh, path)
    } catch {}
    rmSync(fresh)
    return readFileSync(path)
  }
}

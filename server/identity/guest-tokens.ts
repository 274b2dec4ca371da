import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { jwtVerify, SignJWT } from 'jose'
import { FairgroundError } from '../../shared/errors.ts'
import type { Identity } from '../../shared/protocol.ts'
import { createDataFolder, dataFolderUnusable } from '../tls/data-folder.ts'
import { createOnce, keepPrivate, readIfThere, replaceFile } from '../tls/files.ts'

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
      return typeof payload.sub === 'string' ? { id: payload.sub, guest: true } : undefined
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
 * @throws FairgroundError OPTION_INVALID for a secret that is too short, CERTS_FOLDER_UNUSABLE for the data folder
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
  createDataFolder(dataFolder)
  const path = join(dataFolder, 'guest-secret')
  try {
    return readOrMake(path)
  } catch (error) {
    throw dataFolderUnusable(dataFolder, error)
  }
}

function readOrMake(path: string): Uint8Array {
  const fresh = randomBytes((SECRET_BYTES * 3) / 4).toString('base64url')
  const found = readIfThere(path) ?? createOnce(path, fresh, 0o600)
  keepPrivate(path)
  if (found.length >= SECRET_BYTES) return new TextEncoder().encode(found)
  replaceFile(path, fresh, 0o600) // a full disk once cut it off
  return new TextEncoder().encode(fresh)
}

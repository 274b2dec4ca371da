import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { FairgroundError } from '../shared/errors.ts'
import { createDataFolder, dataFolderUnusable } from './tls/data-folder.ts'
import { createOnce, keepPrivate, readIfThere, replaceFile } from './tls/files.ts'

const SECRET_BYTES = 32

/**
 * What a server signs guest tokens with and makes the keys of TLS tickets from: FAIRGROUND_SECRET (32 characters or
 * more) where it is set, else a file in the user's data folder, made once and readable by its owner only. Processes
 * that share it know each other's guests and resume each other's TLS sessions.
 *
 * @throws FairgroundError OPTION_INVALID for a secret that is too short, CERTS_FOLDER_UNUSABLE for the data folder
 */
export function serverSecret(dataFolder: string): Uint8Array {
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

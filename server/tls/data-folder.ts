import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import { systemReason } from './files.ts'

/**
 * Where Fairground keeps what belongs to the user rather than to one project: the development authority.
 * `FAIRGROUND_DATA` overrides the platform's own place.
 */
export function userDataFolder({
  env = process.env,
  platform = process.platform,
  homeFolder = homedir(),
}: {
  env?: Readonly<Record<string, string | undefined>>
  platform?: NodeJS.Platform
  homeFolder?: string
} = {}): string {
  const path = platform === 'win32' ? win32 : posix
  if (env['FAIRGROUND_DATA']) return path.resolve(env['FAIRGROUND_DATA'])
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] || path.join(homeFolder, 'AppData', 'Local'), 'fairground')
  }
  if (platform === 'darwin') return path.join(homeFolder, 'Library', 'Application Support', 'fairground')
  // The XDG specification asks that a relative path be ignored.
  const shared = env['XDG_DATA_HOME'] ?? ''
  return path.join(path.isAbsolute(shared) ? shared : path.join(homeFolder, '.local', 'share'), 'fairground')
}

/**
 * Creates the folder, and those above it, for this user only (mode 0700); one that is there stays as it is.
 * @throws FairgroundError CERTS_FOLDER_UNUSABLE if it cannot be made or a file stands in its place.
 */
export function createDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw dataFolderUnusable(folder, error)
  }
}

export function dataFolderUnusable(folder: string, cause: unknown): FairgroundError {
  return new FairgroundError('CERTS_FOLDER_UNUSABLE', {
    message: `The data folder ${folder}, which keeps the development certificate authority, cannot be used: ${systemReason(cause)}.`,
    next: 'Make it writable for this user, or set FAIRGROUND_DATA to a folder that is.',
    cause,
  })
}

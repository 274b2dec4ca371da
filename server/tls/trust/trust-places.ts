import { homedir } from 'node:os'
import { AccountStore, accountCommands } from './account-store.ts'
import { nssDatabases } from './nss-databases.ts'
import { systemStore } from './system-store.ts'
import type { TrustPlace } from './trust-place.ts'

/**
 * Every place of this machine where an authority must stand so that its programs trust it.
 *
 * @param system whether the system's store is wanted beside the browsers' (Linux; elsewhere they are the same)
 */
export function trustPlaces({
  system,
  env = process.env,
  platform = process.platform,
  homeFolder = homedir(),
}: {
  system: boolean
  env?: Readonly<Record<string, string | undefined>>
  platform?: NodeJS.Platform
  homeFolder?: string
}): TrustPlace[] {
  if (platform === 'darwin' || platform === 'win32') {
    return [new AccountStore(accountCommands(platform, homeFolder))]
  }
  const own = system ? systemStore() : undefined
  return [...nssDatabases(homeFolder, env), ...(own ? [own] : [])]
}

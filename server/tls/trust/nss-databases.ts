import { existsSync, globSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { NssStore } from './nss-store.ts'

const CHROMIUM = 'Chromium, Chrome, Edge'

/** Where browsers on Linux keep their databases, under the home folder; a `*` is a profile or a package. */
const PATTERNS = [
  ...['snap/*/current/.pki/nssdb', '.var/app/*/.pki/nssdb', '.var/app/*/data/pki/nssdb'].map(
    (pattern) => [CHROMIUM, pattern] as const,
  ),
  ...[
    '.mozilla/firefox/*',
    '.config/mozilla/firefox/*',
    'snap/firefox/common/.mozilla/firefox/*',
    '.var/app/org.mozilla.firefox/.mozilla/firefox/*',
    '.var/app/org.mozilla.firefox/config/mozilla/firefox/*',
    '.librewolf/*',
  ].map((pattern) => ['Firefox', pattern] as const),
]

/**
 * The databases of this user's browsers. Chromium's is among them even where it is not there yet: the browser makes it
 * when it first runs, and takes one that it finds.
 */
export function nssDatabases(
  homeFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): NssStore[] {
  const usual = join(homeFolder, '.pki/nssdb')
  const data = env['XDG_DATA_HOME'] ?? ''
  const shared = join(isAbsolute(data) ? data : join(homeFolder, '.local/share'), 'pki/nssdb')
  const own = [usual, shared].filter(isDatabase)
  const found = PATTERNS.flatMap(([name, pattern]) =>
    globSync(`${pattern}/cert9.db`, { cwd: homeFolder })
      .sort()
      .map((path) => new NssStore(name, join(homeFolder, dirname(path)))),
  )
  return [...(own.length > 0 ? own : [usual]).map((path) => new NssStore(CHROMIUM, path)), ...found]
}

function isDatabase(folder: string): boolean {
  return existsSync(join(folder, 'cert9.db'))
}

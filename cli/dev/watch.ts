import { type FSWatcher, watch } from 'node:fs'
import { dirname, extname, sep } from 'node:path'

/** Changes closer together than this are one: an editor writes a file in several steps. In milliseconds. */
const SETTLE_MS = 120
const SOURCES = new Set(['.ts', '.js', '.mjs', '.json', '.html', '.css', '.svg'])
const IGNORED = new Set(['node_modules', 'dist', 'certs', 'artifacts', 'test', 'docs', 'bench', 'coverage'])

/**
 * Watches the folder of a server file.
 *
 * @param onChange told the changed paths, relative to that folder
 * @returns what ends the watching
 */
export function watchProject(serverFile: string, onChange: (paths: string[]) => void): () => void {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const watcher: FSWatcher = watch(dirname(serverFile), { recursive: true }, (_event, name) => {
    if (name === null || !matters(name)) return
    changed.add(name)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const paths = [...changed]
      changed.clear()
      onChange(paths)
    }, SETTLE_MS)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}

function matters(name: string): boolean {
  const parts = name.split(sep)
  if (parts.some((part) => part.startsWith('.') || IGNORED.has(part))) return false
  return SOURCES.has(extname(name))
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy')

/** Text that a shipped file has, and the port or path that a test puts in its place. */
export type Filling = readonly [from: string, to: string]

/**
 * Copies shipped files as they are, with nothing but these texts replaced. Every one of them must be there: a test of
 * a configuration that no longer says what is replaced would prove something else.
 *
 * @param files path under deploy/ to path of the copy
 */
export function fillIn(files: Readonly<Record<string, string>>, fillings: readonly Filling[]): void {
  const used = new Set<string>()
  for (const [shipped, copy] of Object.entries(files)) {
    let text = readShipped(shipped)
    for (const [from, to] of fillings) {
      const pattern = whole(from)
      if (text.search(pattern) < 0) continue
      used.add(from)
      text = text.replace(pattern, () => to)
    }
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, text)
  }
  const unused = fillings.filter(([from]) => !used.has(from))
  if (unused.length > 0)
    throw new Error(`Not in the shipped files: ${unused.map(([from]) => from).join(', ')}`)
}

/** Finds a text, but not as the beginning of a longer number: a port that was put in may begin with another one's digits. */
function whole(text: string): RegExp {
  return new RegExp(`${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\d)`, 'g')
}

/** @param path under deploy/ */
export function readShipped(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8')
}

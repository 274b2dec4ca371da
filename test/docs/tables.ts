import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** Text of a file of this repository. */
export function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/**
 * The rows of all tables of a document whose first column is headed by `heading`, cell by cell; code marks are dropped.
 */
export function rowsOf(document: string, heading: string): string[][] {
  const rows: string[][] = []
  let wanted = false
  for (const line of text(document).split('\n')) {
    const cells = line.startsWith('|') ? line.slice(1, -1).split('|').map(plain) : undefined
    if (!cells) wanted = false
    else if (wanted && !/^-+$/.test(cells[0]!)) rows.push(cells)
    else if (cells[0] === heading) wanted = true
  }
  return rows
}

function plain(cell: string): string {
  return cell.trim().replaceAll('`', '')
}

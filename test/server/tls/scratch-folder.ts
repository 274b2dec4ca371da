import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that goes away with the test. @param owner whose it is, where root runs the test */
export function scratchFolder(owner?: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairground-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  if (owner !== undefined && process.geteuid?.() === 0) chownSync(folder, owner, owner)
  return folder
}

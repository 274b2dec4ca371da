import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SCRIPT = join(import.meta.dirname, '../../scripts/bench.mjs')

function bench(...given: string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...given], { encoding: 'utf8', timeout: 60_000 })
}

it('npm run bench with an unknown name lists the benchmarks there are, and fails', () => {
  const { status, stdout, stderr } = bench('wrolds')
  expect(stderr).toContain('There is no benchmark "wrolds".')
  expect(stdout).toMatch(/Benchmarks: .*\bworlds\b/)
  expect(status).toBe(1)
})

it('npm run bench without a name is the big one, which says what its parts are', () => {
  const { status, stderr } = bench('--only', 'z')
  expect(stderr).toContain('There is no part "z": a (rooms where everybody sees everybody), b (')
  expect(status).toBe(1)
})

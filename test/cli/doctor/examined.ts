import { dirname } from 'node:path'
import { expect } from 'vitest'
import type { CheckName, Finding } from '../../../cli/doctor/finding.ts'
import { project, run } from '../command.ts'

/** What `fairground doctor --json` says of an address. */
export interface Examined {
  readonly code: number | null
  readonly findings: readonly Finding[]
  /** The one finding of that check. */
  of(check: CheckName): Finding
  /** Checks that found something wrong, in order. */
  readonly wrong: readonly CheckName[]
}

/** Runs it as a user would, but for machines. Silence takes a second only, unless a test is about it. */
export async function examined(address: string, ...options: string[]): Promise<Examined> {
  return examinedWith({}, address, ...options)
}

/** The same, as the user whose development authority is at `caPath`. */
export async function examinedAsOwnerOf(
  caPath: string | undefined,
  address: string,
  ...options: string[]
): Promise<Examined> {
  return examinedWith({ FAIRGROUND_DATA: dirname(caPath!) }, address, ...options)
}

async function examinedWith(
  env: Record<string, string>,
  address: string,
  ...options: string[]
): Promise<Examined> {
  const idle = options.includes('--idle') ? [] : ['--idle', '1']
  const args = ['doctor', address, '--json', ...idle, ...options]
  const { code, stdout, stderr } = await run(args, { cwd: project(), env })
  expect(stderr).toBe('')
  const { findings, ok } = JSON.parse(stdout) as { findings: Finding[]; ok: boolean }
  expect(code).toBe(ok ? 0 : 1)
  return {
    ...{ code, findings },
    of: (check) => findings.find((one) => one.check === check)!,
    wrong: findings
      .filter(({ verdict }) => verdict === 'failure' || verdict === 'warning')
      .map(({ check }) => check),
  }
}

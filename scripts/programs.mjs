// Programs besides Node that the tests need: which are missing, and installing them where that is ours to do.
// The table is in test/needs.ts. Started directly (`node scripts/programs.mjs`), it installs what is missing and fails if
// it cannot.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { PROGRAMS, pathOf } from '../test/needs.ts'

/** Asked by Debian's packages whether a service may start; 101 is no. */
const START_POLICY = '/usr/sbin/policy-rc.d'

/** Names of the programs that this machine lacks. */
export function missingPrograms() {
  return Object.keys(PROGRAMS).filter((name) => pathOf(name) === undefined)
}

/** The exact command that provides these programs on Debian. */
export function installCommand(names) {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packagesOf(names).join(' ')}`
}

/**
 * Installs the missing programs on a Debian machine where we are root; elsewhere only tells.
 *
 * @returns {string[]} names of the programs that are still missing
 */
export function installMissing() {
  const names = missingPrograms()
  if (names.length === 0 || !mayInstall()) return names
  console.log(`Installing ${packagesOf(names).join(', ')}, which some tests need …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120']
  const aptGet = (...args) => {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' })
    if (status !== 0) console.error(`apt-get ${args[0]} failed:\n${`${stdout}${stderr}`.trim().slice(-1500)}`)
  }
  aptGet('update', '-q')
  withoutServices(() => aptGet('install', ...options, ...packagesOf(names)))
  return missingPrograms()
}

/** Debian starts servers when it installs them. The tests start their own, and this machine's ports are not theirs. */
function withoutServices(install) {
  if (existsSync(START_POLICY)) return install()
  writeFileSync(START_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return install()
  } finally {
    rmSync(START_POLICY, { force: true })
  }
}

function mayInstall() {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
}

function packagesOf(names) {
  return [...new Set(names.map((name) => PROGRAMS[name].debianPackage))]
}

if (import.meta.main) {
  const lacking = installMissing()
  if (lacking.length > 0) {
    console.error(`Missing: ${lacking.join(', ')}. This command provides them:\n  ${installCommand(lacking)}`)
    process.exitCode = 1
  }
}

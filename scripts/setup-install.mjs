// Installs what package-lock.json says, with the machine's npm. Old syntax: see setup.mjs.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { holdFor } from './setup-lock.mjs'
import {
  forPeople,
  hashOf,
  inside,
  MODULES,
  machineEnvironment,
  NODE,
  ROOT,
  readMarker,
  run,
  WINDOWS,
  withProgress,
} from './setup-paths.mjs'

const LOCKFILE = join(ROOT, 'package-lock.json')
const MARKER = join(MODULES, '.fairground-setup')
const NODE_VERSION = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies.node

/** Why packages must be installed, in words, or nothing if they are as they should be. */
export function whyInstall() {
  if (!existsSync(MODULES)) return 'first run'
  if (!existsSync(NODE)) return existsSync(MARKER) ? 'node_modules/.bin/node is missing' : 'first run'
  if (readMarker(MARKER) !== hashOf([LOCKFILE])) {
    if (!installedByHand())
      return existsSync(MARKER) ? 'package-lock.json changed' : 'node_modules is incomplete'
    writeFileSync(MARKER, hashOf([LOCKFILE]))
  }
  return nodeWorks() ? '' : 'node_modules/.bin/node does not run'
}

/** Whether someone's own `npm install` already put exactly the lockfile's packages there; npm lists them last of all. */
function installedByHand() {
  const list = join(MODULES, '.package-lock.json')
  if (!existsSync(list)) return false
  const wanted = packagesOf(LOCKFILE)
  const present = packagesOf(list)
  const same = (path) => wanted[path] && present[path] && wanted[path].version === present[path].version
  // Optional packages are there on some platforms only.
  return (
    Object.keys(present).every(same) &&
    Object.keys(wanted).every((path) => !path || wanted[path].optional || same(path))
  )
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** Runs `npm ci` and notes for which lockfile; rejects with words for people. */
export function install(reason) {
  const what = `Installing packages and Node ${NODE_VERSION} (${reason})`
  return withProgress(what, () => {
    const npm = npmCommand()
    // Development packages whatever NODE_ENV says: the Node to run on is one of them.
    const args = npm.args.concat(['ci', '--loglevel=error', '--include=dev', '--no-fund', '--no-audit'])
    return run(npm.command, args, machineEnvironment(), holdFor).then(
      (result) => {
        if (result.code !== 0) throw forPeople(explain(result.output))
        if (!nodeWorks()) {
          throw forPeople(
            `npm ci ended well, but Node ${NODE_VERSION} is not there: npm did not run that package's install script.\n` +
              'Allow install scripts and try again: npm config set ignore-scripts false',
          )
        }
        writeFileSync(MARKER, hashOf([LOCKFILE]))
      },
      (error) => {
        throw forPeople(
          `npm could not be started (${error.message}).\nInstall npm 11 or later and try again.`,
        )
      },
    )
  })
}

function nodeWorks() {
  const child = spawnSync(WINDOWS ? `"${NODE}"` : NODE, ['--version'], {
    encoding: 'utf8',
    shell: WINDOWS,
  })
  return child.status === 0 && child.stdout.trim() === `v${NODE_VERSION}`
}

/** The npm that started us, run by the Node that runs it; npm ci must not run on the Node it is about to delete. */
function npmCommand() {
  const script = process.env.npm_execpath
  const node = process.env.npm_node_execpath
  const usable = script && basename(script) === 'npm-cli.js' && existsSync(script) && !inside(MODULES, script)
  if (usable && node && existsSync(node) && !inside(MODULES, node)) return { command: node, args: [script] }
  return { command: WINDOWS ? 'npm.cmd' : 'npm', args: [] }
}

const DISK_FULL = [/ENOSPC|no space left/i, 'The disk is full.', 'Free about 400 MB and try again.']
const CAUSES = [
  [
    /SyntaxError: Unexpected token|npm does not support Node/,
    `This npm does not run on Node ${process.versions.node}.`,
    'Install Node 20 or later, which brings a newer npm, then try again.',
  ],
  DISK_FULL,
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_/i,
    "The package registry's certificate is not trusted.",
    'Behind a company proxy, tell npm its certificate: npm config set cafile <file>',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    'The package registry cannot be reached.',
    'Check the network, the proxy (npm config get proxy) and the registry (npm config get registry), then try again.',
  ],
  [
    /EACCES|EPERM|EROFS/,
    'npm may not write into this folder.',
    'Check who owns node_modules/ and ~/.npm, then try again.',
  ],
  [
    /EUSAGE|can only install packages when/,
    'package-lock.json does not fit package.json.',
    'Run npm install once and commit package-lock.json.',
  ],
  [/EINTEGRITY/, 'A downloaded package is damaged.', 'Run npm cache clean --force, then try again.'],
  [
    /E404|ETARGET|No matching version/,
    'The package registry lacks a package or version.',
    'See the message above; a mirror may be behind.',
  ],
]

/** What npm said, then what it means and what to do. */
function explain(output) {
  const cause = isDiskFull() ? DISK_FULL : CAUSES.find((entry) => entry[0].test(output))
  const said = output.split('\n').slice(0, 12).join('\n')
  const meaning = cause ? `${cause[1]}\n${cause[2]}` : 'npm ci failed; its own words are above.'
  return `${said}\n\nThe set-up failed. ${meaning}`
}

/** A script that runs out of space need not say so: asked of the disk itself, where this Node can (18.15 and later). */
function isDiskFull() {
  if (!fs.statfsSync) return false
  const disk = fs.statfsSync(ROOT)
  return disk.bavail * disk.bsize < 20e6
}

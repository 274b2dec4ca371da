// Builds web pages and browser SDK when something they are made of has changed. Old syntax: see setup.mjs.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  forPeople,
  hashOf,
  MODULES,
  machineEnvironment,
  NODE,
  ROOT,
  readMarker,
  run,
  withProgress,
} from './setup-paths.mjs'

const DIST = join(ROOT, 'dist')
const COMMON_INPUTS = ['client-sdk', 'shared', 'package-lock.json']
/** `name` is also the folder in dist/; `needs` tells whether there is anything to build. */
const BUILDS = [
  {
    name: 'web',
    what: 'web pages',
    config: 'vite.config.ts',
    inputs: COMMON_INPUTS.concat(['web', 'rooms', 'vite.config.ts']),
    exists: () =>
      existsSync(join(ROOT, 'web')) &&
      readdirSync(join(ROOT, 'web')).some((name) => existsSync(join(ROOT, 'web', name, 'index.html'))),
  },
  {
    name: 'sdk',
    what: 'browser SDK',
    config: 'vite.sdk.config.ts',
    inputs: COMMON_INPUTS.concat(['vite.sdk.config.ts']),
    exists: () =>
      existsSync(join(ROOT, 'client-sdk', 'index.ts')) && existsSync(join(ROOT, 'client-sdk', 'netcode.ts')),
  },
]

/** The builds whose result is missing or older than what it is made of. */
export function outdatedBuilds() {
  return BUILDS.filter((one) => one.exists() && readMarker(markerOf(one)) !== inputsOf(one))
}

/** Builds these, together. Whoever reads dist/ meanwhile sees the old result or the new one, never half of one. */
export function build(builds) {
  if (builds.length === 0) return Promise.resolve()
  const first = builds.every((one) => !existsSync(join(DIST, one.name)))
  const what =
    'Building ' +
    builds.map((one) => one.what).join(' and ') +
    (first ? ' (first run)' : ' (sources changed)')
  return withProgress(what, () => Promise.all(builds.map(buildOne)))
}

function buildOne(one) {
  const hash = inputsOf(one)
  const target = join(DIST, one.name)
  const fresh = `${target}.new`
  const old = `${target}.old`
  remove(fresh)
  remove(old)
  mkdirSync(DIST, { recursive: true })
  const vite = join(MODULES, 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--config', join(ROOT, one.config), '--outDir', fresh, '--logLevel', 'warn']
  return run(NODE, args, machineEnvironment()).then((result) => {
    if (result.code !== 0) {
      remove(fresh)
      throw forPeople(
        `${result.output.trim()}\n\nThe ${one.what} could not be built; the message above says where.`,
      )
    }
    if (existsSync(markerOf(one))) unlinkSync(markerOf(one))
    if (existsSync(target)) renameSync(target, old)
    renameSync(fresh, target)
    writeFileSync(markerOf(one), hash)
    remove(old)
  })
}

/** Rooms count except for room.ts, the only file of theirs that runs on the server alone. */
function inputsOf(one) {
  const wanted = (path) => basename(path) !== 'room.ts' && !path.endsWith('.md')
  return hashOf(
    one.inputs.map((path) => join(ROOT, path)),
    wanted,
  )
}

function markerOf(one) {
  return join(DIST, `.${one.name}-inputs`)
}

function remove(path) {
  rmSync(path, { recursive: true, force: true })
}

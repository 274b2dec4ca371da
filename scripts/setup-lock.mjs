// Lets one set-up at a time work in this checkout. Old syntax: see setup.mjs.
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { endCommands, forPeople, ROOT } from './setup-paths.mjs'

// In dist/, since npm ci deletes node_modules/.
const LOCK = join(ROOT, 'dist', '.setup-lock')
const PIDS = join(LOCK, 'pids')
const TAKEOVER = `${LOCK}-takeover`
const POLL_MS = 200
const GIVE_UP_MS = 10 * 60 * 1000
/** A lock without an owner's id is just being written or was left by a crash in that instant. */
const GRACE_MS = 5000

/**
 * Runs `work` while no other process of this checkout does, and waits for its turn. The lock of a process that died is
 * taken over.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function locked(work) {
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  return acquire(Date.now()).then(() => {
    const stop = (signal) => {
      endCommands().then(() => {
        release()
        process.kill(process.pid, signal)
      })
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.once(signal, stop)
    return work().finally(() => {
      for (const signal of signals) process.removeListener(signal, stop)
      release()
    })
  })
}

/**
 * Makes a command that this set-up started hold the lock too: if the set-up is killed, npm may live on for a while and
 * the next set-up must not work against it.
 */
export function holdFor(pid) {
  appendFileSync(PIDS, ` ${pid}`)
}

function acquire(began) {
  if (makeFolder(LOCK)) {
    writeFileSync(PIDS, String(process.pid))
    return Promise.resolve()
  }
  if (isLeftBehind() && takeOver()) return acquire(began)
  const waitedMs = Date.now() - began
  const other = `another set-up (process ${holdersOf()[0]})`
  if (waitedMs > GIVE_UP_MS) {
    const advice = `Wait for it or end it; if it no longer exists, delete ${LOCK}.`
    return Promise.reject(forPeople(`For 10 minutes ${other} has been running.\n${advice}`))
  }
  if (waitedMs < POLL_MS) process.stdout.write(`Waiting for ${other} to finish …\n`)
  return new Promise((resolve) => setTimeout(resolve, POLL_MS)).then(() => acquire(began))
}

/** Only one process may clear a dead lock, and it looks again first: the lock may be a new, living one by now. */
function takeOver() {
  if (!makeFolder(TAKEOVER)) {
    if (ageMs(TAKEOVER) > GRACE_MS) removeFolder(TAKEOVER)
    return false
  }
  if (isLeftBehind()) release()
  removeFolder(TAKEOVER)
  return true
}

function isLeftBehind() {
  const holders = holdersOf()
  return holders.length === 0 ? ageMs(LOCK) > GRACE_MS : !holders.some(isAlive)
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

/** The set-up that holds the lock and the command it started, as process ids. */
function holdersOf() {
  try {
    return readFileSync(PIDS, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch (_error) {
    return []
  }
}

function release() {
  try {
    unlinkSync(PIDS)
  } catch (_error) {
    // Not written yet.
  }
  removeFolder(LOCK)
}

function makeFolder(path) {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function removeFolder(path) {
  try {
    rmdirSync(path)
  } catch (_error) {
    // Already gone.
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch (_error) {
    return 0
  }
}

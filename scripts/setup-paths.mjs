// Where things are, and how a command is started, for the rest of the set-up. Old syntax: see setup.mjs.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
export const MODULES = join(ROOT, 'node_modules')
export const WINDOWS = process.platform === 'win32'
/** The project's own Node, which npm links here. */
export const NODE = join(MODULES, '.bin', WINDOWS ? 'node.cmd' : 'node')

/** An error whose message is all a person needs: what happened, then what to do. */
export function forPeople(message) {
  return Object.assign(new Error(message), { forPeople: true })
}

/** This process' environment without the project's own programs on PATH, as the machine's npm should see it. */
export function machineEnvironment() {
  const environment = Object.assign({}, process.env)
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') || 'PATH'
  const folders = (environment[key] || '').split(delimiter)
  environment[key] = folders.filter((folder) => !inside(MODULES, folder)).join(delimiter)
  return environment
}

/** Whether `path` is `folder` or lies in it. */
export function inside(folder, path) {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && way !== path)
}

const children = new Set()
let ending = false

/**
 * Runs a command to its end and keeps what it says.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} environment
 * @param {(pid: number) => void} [onStart]
 * @returns {Promise<{ code: number | null, output: string }>} rejects only when it cannot be started
 */
export function run(command, args, environment, onStart) {
  return new Promise((resolve, reject) => {
    const viaShell = WINDOWS && !command.endsWith('.exe')
    const child = spawn(viaShell ? `"${command}"` : command, args, {
      cwd: ROOT,
      env: environment,
      shell: viaShell,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk) => {
      output += chunk
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', reject)
    children.add(child)
    child.on('close', (code) => {
      children.delete(child)
      // Interrupted: the process is about to end, and what the command missed is no failure to report.
      if (!ending) resolve({ code, output: withoutStacks(output) })
    })
    if (onStart && child.pid) onStart(child.pid)
  })
}

/** Ends the commands that still run, and resolves when they have ended: npm must not write on after its set-up. */
export function endCommands() {
  ending = true
  const endings = Array.from(children).map((child) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 3000)
    child.kill('SIGTERM')
    return new Promise((resolve) => child.on('close', resolve)).then(() => clearTimeout(force))
  })
  return Promise.all(endings)
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** Colours make no sense in a log, and where in npm or Vite an error was thrown helps nobody here. */
function withoutStacks(output) {
  return output
    .replace(COLOURS, '')
    .split('\n')
    .filter((line) => !/^(npm (error|ERR!))?\s+at .*[(:]|^ {2}errors: \[Getter|^}$/.test(line))
    .join('\n')
    .trim()
}

/**
 * One line for one piece of work: what is done and why, and in the end how long it took.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withProgress(what, work) {
  const began = Date.now()
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const live = process.stdout.isTTY
  process.stdout.write(`${what} …`)
  const ticking = live && setInterval(() => process.stdout.write(`\r${what} … ${seconds()}`), 500)
  const done = (ending) => {
    if (ticking) clearInterval(ticking)
    process.stdout.write(`${(live ? `\r${what} … ` : ' ') + ending}\n`)
  }
  return work().then(
    (result) => {
      done(seconds())
      return result
    },
    (error) => {
      done(`failed after ${seconds()}`)
      throw error
    },
  )
}

/** Hash over files and whole folders, names included; what does not exist counts as absent. */
export function hashOf(paths, wanted) {
  const hash = createHash('sha256')
  const add = (path) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name))
    } else if (!wanted || wanted(path)) {
      hash
        .update(`${relative(ROOT, path)}\0`)
        .update(readFileSync(path))
        .update('\0')
    }
  }
  paths.forEach(add)
  return hash.digest('hex')
}

/** What a marker file says, or nothing if it is not there. */
export function readMarker(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
}

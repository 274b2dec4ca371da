import { delimiter } from 'node:path'

/** What npm needs of its own settings wherever it runs: the machine's cache and the way to its registry. */
const NPM_SETTINGS = /^npm_config_(cache|registry|userconfig|globalconfig|cafile|noproxy|(https?_)?proxy)$/i
/** What npm, vitest and the test command tell their children. */
const OF_THIS_RUN =
  /^(npm_|VITEST|FAIRGROUND_|NODE(_ENV|_OPTIONS|_PATH|_V8_COVERAGE)?$|TEST$|CI$|PORT$|HOST$|INIT_CWD$|XDG_)/i

/** The environment as in the shell of a person who has never heard of this repository; `more` comes on top. */
export function shellEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => NPM_SETTINGS.test(name) || !OF_THIS_RUN.test(name),
  )
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const path = folders.filter((folder) => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter)
  return { ...Object.fromEntries(kept), PATH: path, NO_COLOR: '1', ...more }
}

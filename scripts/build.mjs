// `npm run build`: everything the package ships. dist/lib (compiled library and command line), dist/web, dist/sdk.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { locked } from './setup-lock.mjs'
import { build, outdatedBuilds } from './setup-pages.mjs'
import { forPeople, MODULES, ROOT, run, withProgress } from './setup-paths.mjs'

const LIB = join(ROOT, 'dist/lib')
const FRESH = `${LIB}.new`

/** Compiles into an empty folder, so that a file that was renamed or deleted is never shipped. */
async function compileLibrary() {
  rmSync(FRESH, { recursive: true, force: true })
  const tsc = join(MODULES, 'typescript/bin/tsc')
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', FRESH]
  const { code, output } = await run(process.execPath, args, process.env)
  if (code !== 0 || !existsSync(FRESH)) throw forPeople(`${output.trim()}\n\nThe library does not compile.`)
  rmSync(LIB, { recursive: true, force: true })
  renameSync(FRESH, LIB)
}

try {
  await locked(async () => {
    await withProgress('Compiling the library', compileLibrary)
    await build(outdatedBuilds())
  })
} catch (error) {
  console.error(`\n${error.forPeople ? error.message : error.stack}`)
  process.exitCode = 1
}

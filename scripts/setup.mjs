// Sets a fresh clone up, and does nothing when there is nothing to do. `npm start` and `npm test` run it first.
//
// Everything in scripts/setup*.mjs runs on Node 14.18 and later: it may be the machine's old Node that starts it, and
// it is what installs the Node this project runs on. npm puts node_modules/.bin on PATH before that folder exists,
// so the command after this one already finds the new Node.
import { install, whyInstall } from './setup-install.mjs'
import { locked } from './setup-lock.mjs'
import { build, outdatedBuilds } from './setup-pages.mjs'

function main() {
  if (!whyInstall() && outdatedBuilds().length === 0) return Promise.resolve()
  // Looked at again under the lock: another set-up may have done the work while this one waited.
  return locked(() => {
    const reason = whyInstall()
    return (reason ? install(reason) : Promise.resolve()).then(() => build(outdatedBuilds()))
  })
}

main().catch((error) => {
  process.stderr.write(`\n${error.forPeople ? error.message : error.stack}\n`)
  process.exitCode = 1
})

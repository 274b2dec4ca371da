import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { someonesProject } from './project.ts'

const LIST_MODULES = `
import { registerHooks } from 'node:module'
registerHooks({
  load(url, context, next) {
    process.stdout.write(url + '\\n')
    return next(url, context)
  },
})
`

/** Every module that Node loads for a file. */
function modulesOf(folder: string, file: string): string[] {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      pathToFileURL(join(folder, 'hooks.mjs')).href,
      file,
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return stdout.trim().split('\n')
}

it("loads no server code for a client that is typed by the server's file", () => {
  const folder = someonesProject({
    'hooks.mjs': LIST_MODULES,
    'client.ts': `
      import { connect } from 'fairground:client-sdk/index.ts'
      import { netcode } from 'fairground:client-sdk/netcode.ts'
      import type { server } from './server.ts'
      connect<typeof server>('wss://localhost:2567')
      void netcode
    `,
  })
  const modules = modulesOf(folder, 'client.ts')
  expect(modules.filter((url) => url.includes('/client-sdk/')).length).toBeGreaterThan(5)
  const foreign =
    /\/(server|rooms|cli|testing)\/|\/server\.ts$|@colyseus\/(core|ws-transport)|\/(express|pino|zod)\//
  expect(modules.filter((url) => foreign.test(url))).toEqual([])
})

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ServerAddress, ServerOptions } from '../../server/index.ts'
import { scratchFolder } from './tls/scratch-folder.ts'

/** Starts server-in-process.ts with these options; it ends with the test. */
export async function startServerProcess(
  options: Partial<ServerOptions<Record<string, never>>>,
  env: NodeJS.ProcessEnv = {},
) {
  const script = join(import.meta.dirname, 'server-in-process.ts')
  const child = fork(script, [scratchFolder(), JSON.stringify(options)], { env: { ...process.env, ...env } })
  onTestFinished(async () => {
    child.disconnect()
    await once(child, 'exit')
  })
  const [address] = (await once(child, 'message')) as [ServerAddress]
  const memoryBytes = async (): Promise<number> => {
    child.send('memory')
    return (await once(child, 'message'))[0] as number
  }
  return { ...address, memoryBytes }
}

import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What this process holds once its garbage is gone, in bytes. */
export async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 2; round++) {
    collectGarbage()
    await wait(1_000) // empty pages are given back in the background
  }
  return process.memoryUsage()
}

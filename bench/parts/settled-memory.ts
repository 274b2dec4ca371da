import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** More than V8 sets aside for young objects, in numbers of arrays and of their elements. */
const ARRAYS = 20_000
const ELEMENTS = 1_000

/** What this process holds once its garbage is gone, in bytes. */
export async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 2; round++) {
    fillYoungSpace()
    collectGarbage()
    await wait(1_000) // empty pages are given back in the background
  }
  const { rss } = process.memoryUsage()
  collectGarbage()
  return { ...process.memoryUsage(), rss }
}

/**
 * Writes to all the memory in which objects are born. It has the same size for few players and for many, and counts
 * once it was written to: without this, a reading would say how much of it has been so far.
 */
function fillYoungSpace(): void {
  for (let n = 0; n < ARRAYS; n++) new Array<number>(ELEMENTS).fill(n)
}

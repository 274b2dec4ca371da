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
 * Makes V8 set aside all that it ever does for young objects, and writes to it. That is the same for few players and for
 * many, but grows with what happened to survive: without this, a reading would say how far it has come.
 */
function fillYoungSpace(): number {
  const kept = Array.from({ length: ARRAYS }, (_, n) => new Array<number>(ELEMENTS).fill(n))
  return kept.length
}

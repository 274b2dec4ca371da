/** Runs the same world on all four servers, one after the other, and keeps what went wrong. */
import { join } from 'node:path'
import type { BenchContext } from './part.ts'
import { measure, type Run } from './run.ts'
import type { Side } from './server-process.ts'
import { headLine, NAMES, runLine, SIDES } from './sides.ts'
import type { Spread } from './simulation.ts'

export interface World {
  players: number
  roomSize?: number
  spread: Spread
}

/** Below this a server has collapsed: what its clients see then is told, and fails nothing. */
export const COLLAPSED_PATCHES_PER_SECOND = 10

export interface PairedRuns {
  runs: Run[]
  faults: string[]
}

export async function runWorlds(worlds: readonly World[], context: BenchContext): Promise<PairedRuns> {
  const { folder, cert, key, quick, profileFolder } = context
  const sides = SIDES.filter((side) => context.sides?.includes(side) ?? true)
  const times = quick ? { warmMs: 1_000, measuredMs: 2_000 } : { warmMs: 3_000, measuredMs: 8_000 }
  const runs: Run[] = []
  const faults: string[] = []
  const left = countdown(worlds.length * sides.length)
  let titled = ''
  for (const [index, world] of worlds.entries()) {
    const title = titleOf(world)
    if (title !== titled) context.progress(`\n${title}\n${headLine()}`)
    titled = title
    // In turns, so that whatever the machine does besides meets each of them.
    for (const side of index % 2 === 0 ? sides : sides.toReversed()) {
      const name = `${NAMES[side]}, ${world.players} players, ${title}`
      const profile = profileFolder && join(profileFolder, `${name.replaceAll(/[ ,.]+/g, '-')}.cpuprofile`)
      try {
        const run = await measure({ side, ...world, folder, cert, key, ...times, profile })
        runs.push(run)
        context.progress(runLine(run) + left())
        if (run.fault && (side === 'fairground' || run.patchesPerSecond >= COLLAPSED_PATCHES_PER_SECOND))
          faults.push(`${name}: ${run.fault}`)
      } catch (error) {
        faults.push(`${name}: ${(error as Error).message}`)
        context.progress(faults.at(-1)! + left())
      }
    }
  }
  return { runs, faults }
}

/** Says how far it is, and how long it will still take if it goes on so. */
function countdown(all: number): () => string {
  const startedMs = performance.now()
  let done = 0
  return () => {
    done++
    const minutes = (((performance.now() - startedMs) / done) * (all - done)) / 60_000
    return `   ${done}/${all}${done < all ? `, ${minutes.toFixed(1)} min left` : ''}`
  }
}

export function titleOf({ roomSize, spread }: World): string {
  if (roomSize !== undefined) return `rooms of ${roomSize}, everybody sees everybody`
  return spread === 'even' ? 'spread evenly' : 'a fifth of them in one spot'
}

/** The run of one server in one world. */
export function runOf(
  runs: readonly Run[],
  side: Side,
  { players, roomSize, spread }: World,
): Run | undefined {
  return runs.find(
    (run) =>
      run.side === side && run.players === players && run.roomSize === roomSize && run.spread === spread,
  )
}

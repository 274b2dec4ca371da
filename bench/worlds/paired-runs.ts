/** Runs the same world on all four servers, one after the other, and keeps what went wrong. */
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
const COLLAPSED_PATCHES_PER_SECOND = 10

export interface PairedRuns {
  runs: Run[]
  faults: string[]
}

export async function runWorlds(worlds: readonly World[], context: BenchContext): Promise<PairedRuns> {
  const { folder, cert, key, quick } = context
  const times = quick ? { warmMs: 1_000, measuredMs: 2_000 } : { warmMs: 3_000, measuredMs: 8_000 }
  const runs: Run[] = []
  const faults: string[] = []
  const all = worlds.length * SIDES.length
  const startedMs = performance.now()
  let titled = ''
  for (const [index, world] of worlds.entries()) {
    const title = titleOf(world)
    if (title !== titled) context.progress(`\n${title}\n${headLine()}`)
    titled = title
    // In turns, so that whatever the machine does besides meets each of them.
    for (const side of index % 2 === 0 ? SIDES : SIDES.toReversed()) {
      try {
        const run = await measure({ side, ...world, folder, cert, key, ...times })
        runs.push(run)
        context.progress(runLine(run) + left(runs.length + faults.length))
        if (run.fault && (side === 'fairground' || run.patchesPerSecond >= COLLAPSED_PATCHES_PER_SECOND))
          faults.push(`${NAMES[side]}, ${world.players} players, ${title}: ${run.fault}`)
      } catch (error) {
        faults.push(`${NAMES[side]}, ${world.players} players, ${title}: ${(error as Error).message}`)
        context.progress(faults.at(-1)!)
      }
    }
  }
  return { runs, faults }

  function left(done: number): string {
    const minutes = (((performance.now() - startedMs) / done) * (all - done)) / 60_000
    return `   ${done}/${all}, ${minutes.toFixed(1)} min left`
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

/** Part (b): one world of 100 to 1,200 players who see what is near them. */
import type { Figure } from '../parts/report.ts'
import { fittedExponent } from './fit.ts'
import { runOf, runWorlds, type World } from './paired-runs.ts'
import type { Part } from './part.ts'
import type { Run } from './run.ts'
import type { Side } from './server-process.ts'
import { NAMES } from './sides.ts'
import { RADIUS, type Spread, TICK_RATE_HZ } from './simulation.ts'

const SIZES = [100, 200, 400, 800, 1_200]
const QUICK_SIZES = [100, 200]
const SPREADS = ['even', 'clustered'] as const

export const interestAreas: Part = {
  letter: 'b',
  title: 'one world with interest areas',
  async run(context) {
    const sizes = [...(context.sizes ?? (context.quick ? QUICK_SIZES : SIZES))]
    const spreads = context.quick ? (['even'] as const) : SPREADS
    const worlds = spreads.flatMap((spread) => sizes.map((players): World => ({ players, spread })))
    const { runs, faults } = await runWorlds(worlds, context)
    const figures = spreads.flatMap((spread) => figuresOf(runs, spread, sizes))
    const method =
      `Each player sees what is within ${RADIUS} units and moves every tick by its own inputs, ${TICK_RATE_HZ} a second. ` +
      'The world grows with the players and is as dense as 400 in 4,000 × 4,000; clustered, a fifth stand in one spot.'
    return { letter: this.letter, title: this.title, method, figures, runs, faults }
  },
}

function figuresOf(runs: Run[], spread: Spread, sizes: number[]): Figure[] {
  const even = spread === 'even'
  const where = even ? 'spread evenly' : 'a fifth in one spot'
  const run = (side: Side, players: number) => runOf(runs, side, { players, spread })
  const ratio = (players: number, side: Side) =>
    costOf(run('fairground', players)) / costOf(run(side, players))
  const figures: Figure[] = sizes.map((players) => ({
    what: `${players.toLocaleString('en')} players, ${where}: CPU beside plain Colyseus`,
    value: ratio(players, 'plain'),
    unit: '×',
    ...(even && players === 400 && { limit: 0.45 }),
  }))
  figures.push(
    ...sizes.map((players) => ({
      what: `${players.toLocaleString('en')} players, ${where}: CPU beside bare ws`,
      value: ratio(players, 'bare-ws'),
      unit: '×',
      ...(even && players >= 400 && players <= 800 && { limit: 1.5 }),
    })),
  )
  for (const players of sizes.filter((size) => size >= 800)) {
    const [ours, theirs] = [run('fairground', players), run('plain', players)]
    const must = even && players === 800
    const what = `${players.toLocaleString('en')} players, ${where}`
    figures.push(
      {
        what: `${what}: patches that arrive`,
        value: ours?.patchesPerSecond ?? Number.NaN,
        unit: '/s',
        ...(must && { atLeast: 19.5 }),
      },
      {
        what: '… gap between two, 99th percentile',
        value: ours?.gapP99Ms ?? Number.NaN,
        unit: 'ms',
        ...(must && { limit: 80 }),
      },
      { what: '… patches of plain Colyseus', value: theirs?.patchesPerSecond ?? Number.NaN, unit: '/s' },
    )
  }
  for (const side of ['fairground', 'bare-ws'] as const) {
    const points = sizes.map((players) => [players, costOf(run(side, players)) * players] as const)
    figures.push({
      what: `exponent by which CPU grows with players, ${where}: ${NAMES[side]}`,
      value: fittedExponent(points),
      unit: '',
      ...(even && side === 'fairground' && { limit: 1.15 }),
    })
  }
  return figures
}

/** By patch, so that a server which falls behind looks no cheaper. */
function costOf(run: Run | undefined): number {
  return run?.cpuMicrosPerPatch ?? Number.NaN
}

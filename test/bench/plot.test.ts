import { expect, it } from 'vitest'
import { plot } from '../../bench/worlds/plot.ts'
import type { Run } from '../../bench/worlds/run.ts'
import { NAMES, SIDES } from '../../bench/worlds/sides.ts'

const SIZES = [100, 400, 1_200]

function run(side: Run['side'], players: number, spread: Run['spread']): Run {
  const rest = { gapP50Ms: 50, gapP99Ms: 55, bytesPerPatch: 160, inputsPerSecond: 20, visible: 12 }
  const costs = { cpu: players / 1_200, cpuMicrosPerPatch: 30, loopDelayP99Ms: 1, rssMiB: 100, loadCpu: 0.3 }
  return { side, players, spread, patchesPerSecond: 20, ...rest, ...costs, notes: [] }
}

it('the plot of the big benchmark has a line with a mark for each run of each server', () => {
  const runs = SIDES.flatMap((side) => SIZES.map((players) => run(side, players, 'even')))
  const svg = plot(runs)
  for (const side of SIDES) {
    expect(svg).toContain(`>${NAMES[side]}</text>`)
    // One line for CPU and one for patches, and the one of the legend.
    expect(svg.split(`<g class="${side}"><path class="line"`)).toHaveLength(4)
  }
  expect(svg.split('class="mark"')).toHaveLength(1 + SIDES.length * (2 * SIZES.length + 1))
})

it('what a server did not measure leaves its line out, not a line to nowhere', () => {
  const svg = plot([{ ...run('plain', 100, 'even'), cpu: Number.NaN, patchesPerSecond: Number.NaN }])
  expect(svg.split('<g class="plain">')).toHaveLength(2) // that of the legend
  expect(svg).not.toMatch(/[\s"]NaN/)
})

/** Draws part (b) as an SVG: what a world costs and how fresh it stays, by players, for each server. */
import { mark, PANEL_HEIGHT, PANEL_WIDTH, Panel } from './plot-panel.ts'
import type { Run } from './run.ts'
import type { Side } from './server-process.ts'
import { NAMES, SIDES } from './sides.ts'
import { type Spread, TICK_RATE_HZ } from './simulation.ts'

const WIDTH = 2 * PANEL_WIDTH
const TOP = 84
const HEIGHT = TOP + 2 * PANEL_HEIGHT
const ROWS: readonly [Spread, string][] = [
  ['even', 'spread evenly'],
  ['clustered', 'a fifth of them in one spot'],
]

/** Told apart by shape as well as by colour; legible on light and on dark ground. */
const STYLE = `
  .ground { fill: #ffffff; stroke: #d0d7de }
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .head { font-weight: 600 }
  .soft { fill: #59636e; font-size: 12px }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .aim { stroke: #59636e; stroke-width: 1; stroke-dasharray: 4 4 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .mark { stroke-width: 1.5 }
  .fairground { --ink: #0969da } .plain { --ink: #bc4c00 } .bare-ws { --ink: #59636e } .socket-io { --ink: #8250df }
  .line, .mark { stroke: var(--ink) } .mark { fill: var(--ink) }
  .fairground .line { stroke-width: 3.5 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc } .soft { fill: #9198a1 }
    .grid { stroke: #2a313c } .aim { stroke: #9198a1 }
    .fairground { --ink: #4493f8 } .plain { --ink: #f0883e } .bare-ws { --ink: #9198a1 } .socket-io { --ink: #ab7df8 }
  }`

export function plot(runs: readonly Run[]): string {
  const panels = ROWS.flatMap(([spread, where], row) => {
    const points = (side: Side, measureOf: (run: Run) => number) =>
      runs
        .filter((run) => run.side === side && run.spread === spread)
        .map((run) => [run.players, measureOf(run)] as const)
        .sort(([a], [b]) => a - b)
    const place = (column: number) => ({ x: column * PANEL_WIDTH, y: TOP + row * PANEL_HEIGHT })
    const cpu = new Panel({
      ...place(0),
      title: `CPU of the server, ${where}`,
      unit: '% of one core',
      most: 100,
      every: 25,
    })
    const fresh = new Panel({
      ...place(1),
      title: `Patches that arrive, ${where}`,
      unit: 'per second and player',
      most: 25,
      every: 5,
      aim: TICK_RATE_HZ,
    })
    return [
      cpu.draw(SIDES.map((side) => [side, points(side, ({ cpu }) => cpu * 100)])),
      fresh.draw(SIDES.map((side) => [side, points(side, ({ patchesPerSecond }) => patchesPerSecond)])),
    ]
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title about">
<title id="title">One world with interest areas: CPU and patches by number of players</title>
<desc id="about">${describe(runs)}</desc>
<style>${STYLE}
</style>
<rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>
<text class="title" x="24" y="34">One world with interest areas, everybody moving, over wss</text>
${legend()}
${panels.join('\n')}
</svg>
`
}

function legend(): string {
  const entries = SIDES.toReversed().map((side, at) => {
    const x = 24 + at * 132
    return `<g class="${side}"><path class="line" d="M${x} 60h26"/>${mark(side, x + 13, 60)}</g><text x="${x + 33}" y="64.5">${NAMES[side]}</text>`
  })
  return entries.join('\n')
}

function describe(runs: readonly Run[]): string {
  return runs
    .filter(({ cpu }) => Number.isFinite(cpu))
    .map(
      ({ side, players, spread, cpu, patchesPerSecond }) =>
        `${NAMES[side]}, ${players} players, ${spread}: ${(cpu * 100).toFixed(0)} % of a core, ${patchesPerSecond.toFixed(1)} patches a second`,
    )
    .join('; ')
}

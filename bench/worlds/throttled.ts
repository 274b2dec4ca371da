/** Part (c): a client on a line that carries half of what its interest area makes. */

import type { Figure } from '../parts/report.ts'
import { LINE_BYTES_PER_SECOND, measureSlowClients } from '../parts/slow-client-figures.ts'
import type { Part } from './part.ts'

const MEASURED = { runs: 3, runSeconds: 20 }
const QUICK = { runs: 1, runSeconds: 5 }

export const throttled: Part = {
  letter: 'c',
  title: 'a client on a thin line, in a room with an interest area',
  async run({ quick }) {
    const { runs, runSeconds } = quick ? QUICK : MEASURED
    const figures = await measureSlowClients({ runs, runSeconds, areas: true })
    const method =
      `800 ships sail thirty times a second, about half of them in the area; a request every 50 ms over a relay of ${LINE_BYTES_PER_SECOND / 1000} kB/s, beside a player on a good line. ` +
      `Medians of ${runs} runs of ${runSeconds} s, buffers at their highest, looked at every 2 ms. After each state all ships that the client holds are compared with those near it on the server.`
    return { letter: this.letter, title: this.title, method, figures, runs: [], faults: wrongIn(figures) }
  },
}

/** A mark of nothing at all is no mark of speed: what misses it is wrong. */
function wrongIn(figures: Figure[]): string[] {
  return figures
    .filter(({ value, limit }) => limit === 0 && value > 0)
    .map(({ what, value }) => `${what}: ${value}`)
}

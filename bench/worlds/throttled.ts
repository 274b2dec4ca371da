/** World (c): what does a client see on a line that carries half of what its interest area makes? */
import { publish, type Report } from '../parts/report.ts'
import { LINE_BYTES_PER_SECOND, measureSlowClients } from '../parts/slow-client-figures.ts'

/** @param runs of so many seconds each, for either SDK */
export async function throttled({ runs = 3, runSeconds = 20 } = {}): Promise<Report> {
  return {
    name: 'throttled',
    question: 'What does a client see on a line that carries half of what its interest area makes?',
    method: `800 ships sail thirty times a second, about half of them in the area; a request every 50 ms over a relay of ${LINE_BYTES_PER_SECOND / 1000} kB/s, beside a player on a good line; medians of ${runs} runs of ${runSeconds} s, buffers at their highest, looked at every 2 ms. After each state, all ships that the client holds are compared with those near it on the server.`,
    figures: await measureSlowClients({ runs, runSeconds, areas: true }),
  }
}

if (import.meta.main) publish(await throttled())

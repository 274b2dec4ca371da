/** What does a client get on a line that carries half of what its room makes, and what does it cost the server? */
import { publish } from './parts/report.ts'
import { LINE_BYTES_PER_SECOND, measureSlowClients } from './parts/slow-client-figures.ts'

const RUNS = 3
const RUN_SECONDS = 20

publish({
  name: 'slow-client',
  question: 'What does a client get on a line that carries half of what its room makes?',
  method: `A request every 50 ms over a relay of ${LINE_BYTES_PER_SECOND / 1000} kB/s, beside a player on a good line; medians of ${RUNS} runs of ${RUN_SECONDS} s, buffers at their highest, looked at every 2 ms.`,
  figures: await measureSlowClients({ runs: RUNS, runSeconds: RUN_SECONDS, areas: false }),
})

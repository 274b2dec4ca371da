/** The four servers, in the order of tables, and the lines that tables are made of. */
import { spelled } from '../parts/report.ts'
import type { Run } from './run.ts'
import type { Side } from './server-process.ts'

export const SIDES = ['plain', 'bare-ws', 'socket-io', 'fairground'] as const satisfies readonly Side[]

export const NAMES: Record<Side, string> = {
  plain: 'Colyseus 0.18',
  'bare-ws': 'bare ws',
  'socket-io': 'Socket.io',
  fairground: 'Fairground',
}

const COLUMNS: readonly [head: string, width: number, cell: (run: Run) => string][] = [
  ['players', 7, ({ players }) => players.toLocaleString('en')],
  ['server', 14, ({ side }) => NAMES[side]],
  ['CPU %', 7, ({ cpu }) => (cpu * 100).toFixed(1)],
  ['µs/patch', 9, ({ cpuMicrosPerPatch }) => cpuMicrosPerPatch.toFixed(1)],
  ['patches/s', 10, ({ patchesPerSecond }) => patchesPerSecond.toFixed(1)],
  ['gap p50', 8, ({ gapP50Ms }) => `${gapP50Ms.toFixed(0)} ms`],
  ['p99', 8, ({ gapP99Ms }) => `${gapP99Ms.toFixed(0)} ms`],
  ['bytes', 7, ({ bytesPerPatch }) => spelled(Math.round(bytesPerPatch))],
  ['visible', 8, ({ visible }) => visible.toFixed(1)],
  ['loop p99', 9, ({ loopDelayP99Ms }) => `${loopDelayP99Ms.toFixed(0)} ms`],
  ['memory', 8, ({ rssMiB }) => `${rssMiB.toFixed(0)} MiB`],
  ['load %', 7, ({ loadCpu }) => (loadCpu * 100).toFixed(0)],
]

export function headLine(): string {
  return COLUMNS.map(([head, width]) => head.padStart(width)).join(' ')
}

export function runLine(run: Run): string {
  const notes = run.notes.map((note) => `  (${note})`).join('')
  return COLUMNS.map(([, width, cell]) => cell(run).padStart(width)).join(' ') + notes
}

/** Prints what the parts found and, on demand, keeps it: a result file to which parts add up, plot and table. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publish, thisRun } from '../parts/report.ts'
import type { Section } from './part.ts'
import { plot } from './plot.ts'
import type { Run } from './run.ts'
import { tableOf, withTable } from './table.ts'

const RESULT = join(import.meta.dirname, '../results/worlds.json')
const PLOT = join(import.meta.dirname, '../../docs/images/worlds.svg')
/** Shows both. */
const README = join(import.meta.dirname, '../../README.md')

/** @param quick whether nothing was measured, but only proved to work */
export function publishWorlds(measured: Section[], { save, quick }: { save: boolean; quick: boolean }): void {
  const dated = measured.map((section) => ({ ...section, ...thisRun() }))
  const sections = save ? merged(dated.filter(({ faults }) => faults.length === 0)) : dated
  publish(
    {
      name: 'worlds',
      question: 'What does a world of many players cost, beside other servers on the same machine?',
      method: [
        'Server and players on a core each, over wss with one certificate; one run each, in turns.',
        ...(quick ? ['A quick run: these figures mean nothing.'] : []),
        ...sections.map(({ letter, method }) => `(${letter}) ${method}`),
      ].join('\n'),
      figures: sections.flatMap(({ letter, figures }) =>
        // What a run left out has no figure.
        figures
          .filter(({ value }) => Number.isFinite(value))
          .map((figure) => ({ ...figure, what: `(${letter}) ${figure.what}` })),
      ),
      details: { sections },
    },
    save,
  )
  const runs = sections.find(({ letter }) => letter === 'b')?.runs as Run[] | undefined
  if (!save || !runs) return
  writeFileSync(PLOT, plot(runs))
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), tableOf(runs)))
}

/** What was measured now, and of what was kept earlier the parts that were not. */
function merged(measured: Section[]): Section[] {
  const kept = existsSync(RESULT) ? (JSON.parse(readFileSync(RESULT, 'utf8')).sections as Section[]) : []
  const others = kept.filter(({ letter }) => !measured.some((section) => section.letter === letter))
  return [...others, ...measured].sort((a, b) => a.letter.localeCompare(b.letter))
}

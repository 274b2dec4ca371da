import { expect, it } from 'vitest'
import { type Figure, type Report, spelled } from '../../bench/parts/report.ts'
import type { Section } from '../../bench/worlds/part.ts'
import type { Run } from '../../bench/worlds/run.ts'
import { tableOf, withTable } from '../../bench/worlds/table.ts'
import { rowsOf, text } from './tables.ts'

const COMMAND = /^npm run bench -- ([\w-]+)$/

it('the figures of docs/guides/tls-costs.md are those of the saved runs, all of them', () => {
  const rows = rowsOf('docs/guides/tls-costs.md', 'Figure')
  const names = [...new Set(rows.map((row) => COMMAND.exec(row[3]!)?.[1] ?? ''))]
  const saved = names.flatMap((name) => {
    const { figures } = JSON.parse(text(`bench/results/${name}.json`)) as Report
    return figures.map((figure) => rowOf(name, figure))
  })
  expect(names).toEqual(['handshakes', 'idle-memory', 'echo', 'certificate-swap'])
  expect(rows).toEqual(saved)
})

it('the table of the big benchmark in the README is that of the saved run', () => {
  const { sections } = JSON.parse(text('bench/results/worlds.json')) as { sections: Section[] }
  const table = tableOf(sections.find(({ letter }) => letter === 'b')!.runs as Run[])
  expect(text('README.md')).toContain(`\n${table}\n`)
  expect(withTable(text('README.md'), table)).toBe(text('README.md'))
})

function rowOf(name: string, { what, value, unit, limit, atLeast }: Figure): string[] {
  const aim =
    limit === undefined ? (atLeast === undefined ? '' : `≥ ${atLeast} ${unit}`) : `≤ ${limit} ${unit}`
  return [what, `${spelled(value)} ${unit}`.trim(), aim.trim(), `npm run bench -- ${name}`]
}

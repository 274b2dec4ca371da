import { expect, it } from 'vitest'
import { type Figure, type Report, spelled } from '../../bench/parts/report.ts'
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

function rowOf(name: string, { what, value, unit, limit, atLeast }: Figure): string[] {
  const aim =
    limit === undefined ? (atLeast === undefined ? '' : `≥ ${atLeast} ${unit}`) : `≤ ${limit} ${unit}`
  return [what, `${spelled(value)} ${unit}`.trim(), aim.trim(), `npm run bench -- ${name}`]
}

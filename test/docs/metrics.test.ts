import { expect, it } from 'vitest'
import { METRICS } from '../../server/metrics/metric-table.ts'
import { rowsOf } from './tables.ts'

it('docs/metrics.md says what the table of metrics says, no more and no less', () => {
  const table = Object.values(METRICS).map(({ name, kind, labels, help }) => [
    ...[name, kind, labels.join(', '), help],
  ])
  expect(rowsOf('docs/metrics.md', 'Metric')).toEqual(table)
})

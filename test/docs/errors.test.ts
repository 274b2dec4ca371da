import { expect, it } from 'vitest'
import { ERRORS, type ErrorEntry } from '../../shared/error-table.ts'
import { rowsOf } from './tables.ts'

it('docs/errors.md says what the error table says, no more and no less', () => {
  const table = Object.entries(ERRORS as Record<string, ErrorEntry>).map(
    ([code, { wire, retry, message, next }]) => [code, wire?.toString() ?? '', retry, message, next],
  )
  const plain = table.map((cells) => cells.map((cell) => cell.replaceAll('`', '')))
  expect(rowsOf('docs/errors.md', 'Code')).toEqual(plain)
})

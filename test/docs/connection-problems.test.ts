import { expect, it } from 'vitest'
import { CHECKS } from '../../cli/doctor/finding.ts'
import { COMMANDS } from '../../cli/help.ts'
import { rowsOf, text } from './tables.ts'

const GUIDE = 'docs/guides/connection-problems.md'

it('the guide to connection problems tells of every check of the doctor, in their order', () => {
  expect(rowsOf(GUIDE, 'Check').map(([check]) => check)).toEqual([...CHECKS])
})

it('it tells of every option of the doctor', () => {
  const guide = text(GUIDE)
  const options = COMMANDS['doctor']!.options.map(([name]) => name.split(' ')[0]!)
  expect(options.filter((option) => !guide.includes(option))).toEqual([])
})

it('it tells of every error that keeps a client from connecting', () => {
  const section = text('docs/errors.md').split('\n## Connecting')[1]!
  const codes = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code)
  const elsewhere = ['NOT_CONNECTED', 'KICKED', 'INTERNAL']
  const told = new Set(rowsOf(GUIDE, 'Code').map(([code]) => code))
  expect(codes.length).toBeGreaterThan(10)
  expect(codes.filter((code) => !told.has(code) && !elsewhere.includes(code!))).toEqual([])
})

it('it promises no error that there is not', () => {
  const errors = new Set(rowsOf('docs/errors.md', 'Code').map(([code]) => code))
  expect(rowsOf(GUIDE, 'Code').filter(([code]) => !errors.has(code!))).toEqual([])
})

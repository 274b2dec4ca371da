import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ROOT, text } from './tables.ts'

const SPEC = text('docs/spec.md')
const RULES = [...SPEC.matchAll(/^- \[([A-Z]{2})(\d+)\] \S.*\.$/gm)].map(([, group, number]) => ({
  group: group!,
  number: Number(number),
}))
const IDS = new Set(RULES.map(({ group, number }) => `${group}${number}`))

it('every line of the list is a rule: an id, then one or more sentences', () => {
  expect(SPEC.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(RULES.length)
})

it('rules stand under the heading of their group and are numbered from 1 without gaps', () => {
  const sections = SPEC.split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, 2), section] as const)
  for (const [group, body] of sections) {
    const numbers = [...body.matchAll(/^- \[([A-Z]{2}\d+)\]/gm)].map(([, id]) => id)
    expect(numbers).toEqual(numbers.map((_, index) => `${group}${index + 1}`))
  }
  expect(sections.map(([group]) => group)).toEqual([...new Set(RULES.map(({ group }) => group))])
  expect(IDS.size).toBe(RULES.length)
})

it('a rule that a test or a source cites is there', () => {
  const files = globSync('{server,client-sdk,shared,testing,rooms,cli,test}/**/*.ts', { cwd: ROOT })
  const cited = files.flatMap((path) =>
    [...text(path).matchAll(/\[([A-Z]{2}\d+)\]/g)].map(([, id]) => ({ path, id: id! })),
  )
  expect(cited.filter(({ id }) => !IDS.has(id))).toEqual([])
})

import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { REFUSALS } from '../../server/guard/refusals.ts'
import { GameRoom } from '../../server/index.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { OFFENCES, type Offence } from '../../server/transport/offences.ts'
import { wireOf } from '../../shared/errors.ts'
import { ROOT, rowsOf, text } from './tables.ts'

/** What stands above a field of a class or interface. */
function comments(path: string): Record<string, string> {
  const found = text(path).matchAll(/\/\*\* ([^\n]*) \*\/\n {2}(?:readonly )?(\w+)(?::| =)/g)
  return Object.fromEntries([...found].map(([, comment, name]) => [name, comment!.replaceAll('`', '')]))
}

const spelled = (value: unknown): string => Number(value).toLocaleString('en')

it('docs/limits.md says what the table of limits says, no more and no less', () => {
  const meanings = comments('server/limits.ts')
  const table = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [name, spelled(value), meanings[name]])
  expect(rowsOf('docs/limits.md', 'Limit')).toEqual(table)
})

it('every limit is read by the server: none is a promise without effect', () => {
  const sources = globSync('server/**/*.ts', { cwd: ROOT }).map(text).join('\n')
  const unread = Object.keys(DEFAULT_LIMITS).filter((name) => !sources.includes(`imits.${name}`))
  expect(unread).toEqual([])
})

it("docs/limits.md tells a room's own limits with their ranges and defaults", () => {
  const room = new GameRoom() as unknown as Record<string, unknown>
  const meanings = comments('server/room/game-room.ts')
  const rows = rowsOf('docs/limits.md', 'Field')
  const own = rows.filter(([name]) => name! in meanings)
  expect(own.map(([name]) => name)).toEqual([
    'tickRateHz',
    'patchEveryTicks',
    'maxInputsPerTick',
    'reconnectHoldSeconds',
  ])
  for (const [name, byDefault, range] of own) {
    expect(byDefault, name).toBe(String(room[name!]))
    expect(meanings[name!], name).toContain(`, ${range} (default ${byDefault})`)
  }
  const others = rows.filter(([name]) => !(name! in meanings)).map(([name, byDefault]) => [name, byDefault])
  expect(others).toEqual([
    ['maxClients', 'no limit'],
    ['seatReservationTimeout', 'seatReservationMs'],
  ])
})

it('docs/limits.md tells fixed limits as the code has them', () => {
  const rows = rowsOf('docs/limits.md', 'Fixed limit')
  expect(rows.length).toBeGreaterThan(10)
  for (const [what, value, path, constant] of rows) {
    const literal = new RegExp(`const ${constant} = ([\\d_ *]+|'[^']+')$`, 'm').exec(text(path!))?.[1]
    const inCode = literal?.startsWith("'") ? literal.slice(1, -1) : spelled(literal?.replaceAll('_', ''))
    expect(value, what).toBe(inCode)
  }
})

it('docs/limits.md tells what is refused as the table has it', () => {
  expect(rowsOf('docs/limits.md', 'Refusal')).toEqual(Object.entries(REFUSALS))
})

it('docs/limits.md tells offences and their price as the table has them', () => {
  const table = Object.entries(OFFENCES).map(([kind, { weight, answer, kick, what }]: [string, Offence]) => [
    ...[kind, String(weight), answer ?? '', String(wireOf(kick)), what],
  ])
  expect(rowsOf('docs/limits.md', 'Offence')).toEqual(table)
})

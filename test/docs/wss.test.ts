import { expect, it } from 'vitest'
import { COMMANDS } from '../../cli/help.ts'
import { readTls } from '../../cli/tls-options.ts'
import { text } from './tables.ts'

const GUIDE = text('docs/wss.md')

it('the decision table offers every way that a server can be started, and no other', () => {
  const ways = /--tls ([a-z|]+)`/.exec(GUIDE)![1]!.split('|')
  const [, help = ''] = COMMANDS['start']!.options.find(([name]) => name.startsWith('--tls '))!
  expect(help).toMatch(new RegExp(`^${'files, acme, proxy or dev'}`))
  expect([...ways].sort()).toEqual(['acme', 'dev', 'files', 'proxy'])
  for (const way of ways) {
    const more = { acme: { domain: ['game.example'] }, files: { cert: 'a.pem', key: 'a.key' } }[way] ?? {}
    expect(readTls({ tls: way, ...more }, {}).tls, way).toBeDefined()
    expect(GUIDE, way).toMatch(new RegExp(`tls: ('${way}'|\\{ ${way} \\})`))
  }
})

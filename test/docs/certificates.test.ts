import { expect, it } from 'vitest'
import { trustInstructions } from '../../server/tls/trust-instructions.ts'
import { text } from './tables.ts'

const GUIDE = text('docs/guides/development-certificates.md')

it.each(['linux', 'darwin', 'win32'] as const)(
  'the guide names the command that a server prints on %s',
  (platform) => {
    const command = trustInstructions({ caPath: '/CA', platform }).replace(/^[^:]*: /, '')
    const around = command.split(/"?\/CA"?/)
    expect(around).toHaveLength(2)
    for (const part of around) expect(GUIDE).toContain(part)
  },
)

import { expect, it } from 'vitest'
import { TRUST_TARGETS, trustGuide } from '../../server/tls/trust/trust-guide.ts'
import { text } from './tables.ts'

const GUIDE = text('docs/guides/development-certificates.md')

it.each(TRUST_TARGETS)('the guide says what a server and the command line say on %s', (target) => {
  const { command, steps } = trustGuide(target, { caPath: '/CA', name: 'NAME' })
  if (command === undefined) {
    for (const step of steps) for (const part of step.split('"NAME"')) expect(GUIDE).toContain(part.trim())
    return
  }
  const around = command.split(/"?\/CA"?/)
  expect(around).toHaveLength(2)
  for (const part of around) expect(GUIDE).toContain(part)
})

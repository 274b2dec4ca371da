import { expect, it } from 'vitest'
import { CERTS_ACTIONS } from '../../cli/certs/actions.ts'
import { COMMANDS } from '../../cli/help.ts'
import { ERRORS } from '../../shared/errors.ts'
import { text } from './tables.ts'

const OPTIONS = [COMMANDS['start']!, ...Object.values(CERTS_ACTIONS)].flatMap(({ options }) =>
  options.flatMap(([name]) => name.match(/^--[a-z-]+/g) ?? []),
)
const CODE = `${text('cli/tls-options.ts')}${text('server/metrics/metric-table.ts')}`

it.each(['docs/guides/acme.md', 'docs/guides/eab.md'])(
  '%s names options, variables and errors that there are',
  (path) => {
    const guide = text(path)
    const options = guide.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []
    expect(options.length).toBeGreaterThan(3)
    expect(options.filter((option) => !OPTIONS.includes(option))).toEqual([])
    const variables = guide.match(/FAIRGROUND_[A-Z_]+|fairground_[a-z_]+/g) ?? []
    expect(variables.length).toBeGreaterThan(2)
    expect(variables.filter((name) => !CODE.includes(`'${name}'`))).toEqual([])
    const errors = guide.match(/`((?:ACME|PORT|CERTS)_[A-Z_]+)`/g) ?? []
    expect(errors.filter((code) => !(code.replaceAll('`', '') in ERRORS))).toEqual([])
  },
)

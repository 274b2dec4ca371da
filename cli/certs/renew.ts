import type { AcmeOptions } from '../../server/tls/acme/acme-options.ts'
import { earlierRequests, type OnDemandOptions, obtainNow } from '../../server/tls/acme/on-demand.ts'
import { FairgroundError } from '../../shared/errors.ts'
import { nearestName } from '../../shared/nearest-name.ts'
import { readArguments } from '../arguments.ts'
import { printError } from '../print-error.ts'
import { ACME_OPTIONS, readAccount } from '../tls-options.ts'
import { UsageError } from '../usage-error.ts'
import { ON_DEMAND_OPTIONS, onDemand } from './on-demand-options.ts'
import { STAGING } from './print-certificate.ts'
import { printObtained } from './print-obtained.ts'

/** `fairground certs renew`: what ACME authorities issued, as far as it is due. */
export async function run(args: string[]): Promise<number> {
  const { 'eab-kid': kid, 'eab-hmac-file': hmacFile } = ACME_OPTIONS
  const { values, positionals } = readArguments(
    args,
    {
      force: { type: 'boolean', default: false },
      ...{ 'eab-kid': kid, 'eab-hmac-file': hmacFile },
      ...ON_DEMAND_OPTIONS,
    },
    'name',
  )
  const options = onDemand(values)
  const { eab } = readAccount(values)
  const requests = chosen(options.certsFolder, positionals[0])
  let failed = false
  for (const request of requests) {
    const acme = { ...request, ...(eab && { eab }) }
    if (!(await renewed({ ...options, acme, force: values.force }))) failed = true
  }
  return failed ? 1 : 0
}

async function renewed(options: OnDemandOptions): Promise<boolean> {
  try {
    printObtained(await obtainNow(options))
    return true
  } catch (error) {
    if (!(error instanceof FairgroundError)) throw error
    console.error(`${options.acme.names.join(', ')}:`)
    printError(error)
    return false
  }
}

/** @throws UsageError, or FairgroundError CERTIFICATE_MISSING when there is nothing to renew */
function chosen(certsFolder: string, name: string | undefined): AcmeOptions[] {
  const all = earlierRequests(certsFolder).filter(({ directory }) => directory !== STAGING)
  if (all.length === 0) {
    throw new FairgroundError('CERTIFICATE_MISSING', {
      message: `No ACME authority has issued anything in ${certsFolder}.`,
      next: 'Get the first one: fairground certs issue --domain game.example',
    })
  }
  const found = all.filter(({ names }) => name === undefined || names.includes(name))
  if (found.length > 0) return found
  const known = all.flatMap(({ names }) => names)
  const nearest = nearestName(name!, known)
  throw new UsageError(
    `There is no certificate for ${name}.${nearest ? ` Did you mean ${nearest}?` : ` There are some for ${known.join(', ')}.`}`,
  )
}

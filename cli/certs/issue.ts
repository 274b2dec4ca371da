import { obtainNow } from '../../server/tls/acme/on-demand.ts'
import { optionsOnly, readArguments } from '../arguments.ts'
import { ACME_OPTIONS, readAcme } from '../tls-options.ts'
import { ON_DEMAND_OPTIONS, onDemand } from './on-demand-options.ts'
import { printObtained } from './print-obtained.ts'

/** `fairground certs issue`: a certificate from an ACME authority, without running the game. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { ...ACME_OPTIONS, ...ON_DEMAND_OPTIONS })
  optionsOnly('certs issue', positionals)
  const acme = readAcme(values)
  const options = onDemand(values)
  const answer = await obtainNow({ acme, force: false, ...options })
  printObtained(answer)
  if (!answer.issued) {
    console.log('  fairground certs renew --force gets a new one all the same.')
    return 0
  }
  if (acme.directory === 'letsencrypt-staging') {
    console.log('It works. No browser trusts the staging authority: now the same without --staging.')
  } else {
    console.log(`Now: fairground start ${acme.names.map((name) => `--domain ${name}`).join(' ')}`)
  }
  return 0
}

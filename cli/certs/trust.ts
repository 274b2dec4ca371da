import { X509Certificate } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { userDataFolder } from '../../server/tls/data-folder.ts'
import { ensureDevelopmentCa } from '../../server/tls/development-ca.ts'
import { readIfThere } from '../../server/tls/files.ts'
import { shellQuote } from '../../server/tls/trust/programs.ts'
import { ownTarget, TRUST_TARGETS, trustGuide } from '../../server/tls/trust/trust-guide.ts'
import {
  authorityName,
  type TrustedAuthority,
  type TrustOutcome,
  type TrustPlace,
} from '../../server/tls/trust/trust-place.ts'
import { trustPlaces } from '../../server/tls/trust/trust-places.ts'
import { FairgroundError } from '../../shared/errors.ts'
import { optionsOnly, readArguments } from '../arguments.ts'
import { UsageError } from '../usage-error.ts'

const SAID: Readonly<Record<TrustOutcome['state'], string>> = {
  added: 'trusted from now on',
  present: 'trusted already',
  removed: 'no longer trusted',
  absent: 'not trusted, nothing to undo',
  left: 'left as it is',
  failed: 'failed',
}

/** `fairground certs trust`: makes this machine trust the development authority, or no longer. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    undo: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    system: { type: 'boolean', default: true },
  })
  optionsOnly('certs trust', positionals)
  if (process.getuid?.() === 0 && process.env['SUDO_UID'] !== undefined) {
    throw new UsageError(
      'Run it without sudo: browsers and the authority are yours, not root’s. What needs root is printed as a command.',
    )
  }
  const dataFolder = userDataFolder()
  // An undo must not renew the authority first: what is to go is the one that was trusted.
  const authority = values.undo
    ? readAuthority(join(dataFolder, 'ca.pem'))
    : await ensureDevelopmentCa({ dataFolder, hostName: hostname(), nowMs: Date.now() })
  if (authority === undefined) {
    console.log(`There is no development authority in ${dataFolder}: nothing to undo.`)
    return 0
  }
  const { certificate, certPath } = authority
  console.log(`${styleText('bold', authorityName(certificate))}  ${certPath}`)
  console.log(styleText('dim', `SHA-256 ${certificate.fingerprint256}`))
  if (values.print) {
    printGuides(authority)
    return 0
  }
  return apply(trustPlaces({ system: values.system }), authority, values.undo)
}

function readAuthority(certPath: string): TrustedAuthority | undefined {
  const text = readIfThere(certPath)
  if (text === undefined) return undefined
  try {
    return { certPath, certificate: new X509Certificate(text) }
  } catch (cause) {
    throw new FairgroundError('CERTIFICATE_INVALID', {
      message: `${certPath} does not hold a certificate, so what to undo is not known.`,
      next: 'Remove "Fairground development CA …" by hand: fairground certs trust --print says where.',
      cause,
    })
  }
}

/** Goes through all places, whatever one of them says; answers 1 if one failed. */
function apply(places: readonly TrustPlace[], authority: TrustedAuthority, undo: boolean): number {
  let changed = false
  let failed = false
  for (const place of places) {
    const outcome = undo ? place.distrust(authority) : place.trust(authority)
    changed ||= outcome.state === 'added' || outcome.state === 'removed'
    failed ||= outcome.state === 'failed'
    print(place, outcome)
  }
  console.log()
  if (changed) console.log('Close the browser and open it again.')
  console.log(undo ? 'Trust it again: fairground certs trust' : 'Undo: fairground certs trust --undo')
  if (!undo) console.log('Phones and other machines: fairground certs trust --print')
  return failed ? 1 : 0
}

function print({ name, location }: TrustPlace, outcome: TrustOutcome): void {
  const { state } = outcome
  const mark = state === 'failed' ? styleText('red', '✗') : state === 'left' ? '–' : styleText('green', '✓')
  console.log(`\n${mark} ${name}: ${SAID[state]}${'reason' in outcome ? `, because ${outcome.reason}` : ''}`)
  console.log(styleText('dim', `  ${location}`))
  if ('next' in outcome) console.log(`  ${outcome.next}`)
}

function printGuides({ certificate, certPath }: TrustedAuthority): void {
  const here = ownTarget()
  const name = authorityName(certificate)
  console.log(
    '\nPhones fetch it from /ca at the address that fairground dev prints; tap through the warning once.',
  )
  console.log('Another computer needs a copy of ca.pem, or the same page.')
  for (const target of TRUST_TARGETS) {
    const caPath = target === here ? certPath : 'ca.pem'
    const { title, steps, command, undo } = trustGuide(target, { caPath, name })
    console.log(`\n${styleText('bold', title)}`)
    for (const [index, step] of steps.entries()) console.log(`  ${index + 1}. ${step}`)
    if (command !== undefined) console.log(`\n  ${command}\n`)
    console.log(`  Undo: ${undo}`)
  }
  console.log(`\n${styleText('bold', 'Node')}\n  NODE_EXTRA_CA_CERTS=${shellQuote(certPath)} node client.ts`)
}

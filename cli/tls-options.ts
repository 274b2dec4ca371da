import { readFileSync } from 'node:fs'
import type { AcmeOptions } from '../server/tls/acme/acme-options.ts'
import type { CertificateFiles } from '../server/tls/certificate-files.ts'
import { systemReason } from '../server/tls/files.ts'
import type { TlsOption } from '../server/tls/tls-option.ts'
import { FairgroundError } from '../shared/errors.ts'
import { nearestName } from '../shared/nearest-name.ts'
import { wholeNumber } from './arguments.ts'
import { UsageError } from './usage-error.ts'

/** Options of a certificate that an authority handed out. */
export const FILE_OPTIONS = {
  cert: { type: 'string' },
  key: { type: 'string' },
  pfx: { type: 'string' },
  'passphrase-file': { type: 'string' },
  ca: { type: 'string' },
} as const

/** Options of a certificate from an ACME authority. */
export const ACME_OPTIONS = {
  domain: { type: 'string', multiple: true },
  email: { type: 'string' },
  staging: { type: 'boolean' },
  'acme-directory': { type: 'string' },
  'acme-challenge': { type: 'string' },
  'acme-profile': { type: 'string' },
  'acme-ca': { type: 'string' },
  'eab-kid': { type: 'string' },
  'eab-hmac-file': { type: 'string' },
} as const

/** Every option that says how a server comes to wss://. */
export const TLS_OPTIONS = {
  tls: { type: 'string' },
  ...FILE_OPTIONS,
  ...ACME_OPTIONS,
  'http-port': { type: 'string' },
} as const

type Values<Options extends Readonly<Record<string, { type: string; multiple?: boolean }>>> = {
  readonly [Name in keyof Options]?:
    | (Options[Name] extends { multiple: true }
        ? string[]
        : Options[Name] extends { type: 'boolean' }
          ? boolean
          : string)
    | undefined
}
export type FileValues = Values<typeof FILE_OPTIONS>
export type AcmeValues = Values<typeof ACME_OPTIONS>
export type TlsValues = Values<typeof TLS_OPTIONS>

type Environment = Readonly<Record<string, string | undefined>>

const WAYS = ['dev', 'files', 'acme', 'proxy'] as const
type Way = (typeof WAYS)[number]
const CHALLENGES = ['tls-alpn-01', 'http-01'] as const

/**
 * How a server is to come to wss://, from options and environment; options come first. Nothing if neither says so.
 *
 * @throws UsageError, or FairgroundError CERTIFICATE_UNREADABLE for a file of a secret
 */
export function readTls(
  values: TlsValues,
  env: Environment = process.env,
): { tls?: TlsOption; httpPort?: number } {
  const way = chosenWay(values, env)
  const httpPort = wholeNumber(
    'http-port',
    values['http-port'] ?? (env['FAIRGROUND_HTTP_PORT'] || undefined),
    65_535,
  )
  return { ...(httpPort !== undefined && { httpPort }), ...(way && { tls: tlsOf(way, values, env) }) }
}

function tlsOf(way: Way, values: TlsValues, env: Environment): TlsOption {
  if (way === 'dev' || way === 'proxy') return way
  if (way === 'acme') return { acme: readAcme(values, env) }
  const files = readFiles(values, env)
  if (files) return { files }
  throw new UsageError('--tls files needs --cert and --key, or --pfx.')
}

/** @throws UsageError for options that contradict each other */
function chosenWay(values: TlsValues, env: Environment): Way | undefined {
  const given = (options: object) => Object.keys(options).find((name) => name in values)
  const [file, acme] = [given(FILE_OPTIONS), given(ACME_OPTIONS)]
  if (file && acme)
    throw new UsageError(`--${file} and --${acme} exclude each other: one certificate, one way to it.`)
  const told = values.tls ?? (file || acme ? undefined : env['FAIRGROUND_TLS'] || undefined)
  const meant = file ? 'files' : acme ? 'acme' : undefined
  if (told !== undefined) {
    const way = oneOf(values.tls === undefined ? 'FAIRGROUND_TLS' : '--tls', told, WAYS)
    if (meant !== undefined && way !== meant)
      throw new UsageError(`--${file ?? acme} belongs to --tls ${meant}, not to --tls ${way}.`)
    return way
  }
  if (meant) return meant
  if (env['FAIRGROUND_CERT'] || env['FAIRGROUND_PFX']) return 'files'
  return env['FAIRGROUND_ACME_DOMAINS'] ? 'acme' : undefined
}

/** The files that options or environment name, if they do. @throws UsageError */
export function readFiles(values: FileValues, env: Environment = process.env): CertificateFiles | undefined {
  const named = values.cert !== undefined || values.key !== undefined || values.pfx !== undefined
  const from = named ? {} : env
  const cert = values.cert ?? from['FAIRGROUND_CERT']
  const key = values.key ?? from['FAIRGROUND_KEY']
  const pfx = values.pfx ?? from['FAIRGROUND_PFX']
  const ca = values.ca ?? env['FAIRGROUND_CA']
  if (pfx && (cert || key))
    throw new UsageError('--pfx holds certificate and key; leave --cert and --key out.')
  if (!cert !== !key) throw new UsageError('--cert and --key belong together.')
  if (!cert && !pfx) return undefined
  const passphraseFile = values['passphrase-file'] ?? env['FAIRGROUND_PASSPHRASE_FILE']
  const passphrase = passphraseFile ? undefined : env['FAIRGROUND_PASSPHRASE']
  const rest = {
    ...(passphraseFile && { passphraseFile }),
    ...(passphrase && { passphrase }),
    ...(ca && { ca }),
  }
  return pfx ? { pfx, ...rest } : { cert: cert!, key: key!, ...rest }
}

/** What to ask an ACME authority for. @throws UsageError, FairgroundError CERTIFICATE_UNREADABLE */
export function readAcme(values: AcmeValues, env: Environment = process.env): AcmeOptions {
  const names = values.domain ?? list(env['FAIRGROUND_ACME_DOMAINS'])
  if (names.length === 0)
    throw new UsageError('Which name do players use? Give it with --domain game.example.')
  return { names: names.flatMap(list).map((name) => name.toLowerCase()), ...readAccount(values, env) }
}

/** Authority and account, without names. @throws UsageError, FairgroundError CERTIFICATE_UNREADABLE */
export function readAccount(values: AcmeValues, env: Environment = process.env): Omit<AcmeOptions, 'names'> {
  const named = values['acme-directory']
  if (values.staging && named) throw new UsageError('--staging and --acme-directory exclude each other.')
  const directory = values.staging ? 'letsencrypt-staging' : (named ?? env['FAIRGROUND_ACME_DIRECTORY'])
  const email = values.email ?? env['FAIRGROUND_ACME_EMAIL']
  const challenge = values['acme-challenge'] ?? env['FAIRGROUND_ACME_CHALLENGE']
  const profile = values['acme-profile'] ?? env['FAIRGROUND_ACME_PROFILE']
  const ca = values['acme-ca'] ?? env['FAIRGROUND_ACME_CA']
  const eab = readBinding(values, env)
  return {
    ...(directory && { directory }),
    ...(email && { email }),
    ...(challenge && { challenge: oneOf('--acme-challenge', challenge, CHALLENGES) }),
    ...(profile && { profile }),
    ...(ca && { ca }),
    ...(eab && { eab }),
  }
}

function readBinding(values: AcmeValues, env: Environment): AcmeOptions['eab'] {
  const kid = values['eab-kid'] ?? env['FAIRGROUND_ACME_EAB_KID']
  const file = values['eab-hmac-file'] ?? env['FAIRGROUND_ACME_EAB_HMAC_FILE']
  const hmacKey = file ? readHmacKey(file) : env['FAIRGROUND_ACME_EAB_HMAC']
  if (!kid && !hmacKey) return undefined
  if (!kid || !hmacKey) {
    throw new UsageError('--eab-kid and --eab-hmac-file (or FAIRGROUND_ACME_EAB_HMAC) belong together.')
  }
  if (!/^[\w+/-]+=*$/.test(hmacKey)) {
    throw new UsageError('The HMAC key is not base64url text: copy it from the authority as it stands there.')
  }
  return { kid, hmacKey }
}

/** Out of a file, or of the environment: an argument is seen by everybody on the machine. */
function readHmacKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `The file of the HMAC key, ${path}, cannot be read: ${systemReason(cause)}.`,
      next: 'Check the path and its permissions.',
      cause,
    })
  }
}

function oneOf<const Choice extends string>(what: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text)
  if (found) return found
  const nearest = nearestName(text, choices)
  throw new UsageError(
    `${what} is "${text}"; it must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}.${nearest ? ` Did you mean ${nearest}?` : ''}`,
  )
}

function list(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean)
}

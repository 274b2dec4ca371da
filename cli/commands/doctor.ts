import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { userDataFolder } from '../../server/tls/data-folder.ts'
import { readIfThere } from '../../server/tls/files.ts'
import { readArguments, wholeNumber } from '../arguments.ts'
import { examine } from '../doctor/examination.ts'
import type { Finding } from '../doctor/finding.ts'
import type { Patient } from '../doctor/patient.ts'
import { DoctorScreen } from '../doctor/screen.ts'
import { isLoopback, parseTarget } from '../doctor/target.ts'
import { UsageError } from '../usage-error.ts'

const DEFAULT_IDLE_SECONDS = 10
const DEFAULT_TIMEOUT_SECONDS = 10

/** `fairground doctor`: looks at a deployment from outside and says what is wrong with it. */
export async function run(args: string[]): Promise<number> {
  const { patient, json } = read(args)
  const screen = json ? undefined : new DoctorScreen()
  // The official SDK tells the console about reconnections.
  console.info = console.warn = () => {}
  screen?.begin(patient.target.address)
  const findings: Finding[] = []
  for await (const finding of examine(patient, (check) => screen?.starting(check))) {
    findings.push(finding)
    screen?.show(finding)
  }
  screen?.end(findings)
  const failed = findings.some(({ verdict }) => verdict === 'failure')
  if (json) console.log(JSON.stringify({ address: patient.target.address, ok: !failed, findings }, null, 2))
  return failed ? 1 : 0
}

function read(args: string[]): { patient: Patient; json: boolean } {
  const { values, positionals } = readArguments(
    args,
    {
      ca: { type: 'string' },
      'http-port': { type: 'string' },
      idle: { type: 'string' },
      json: { type: 'boolean', default: false },
      'join-options': { type: 'string' },
      room: { type: 'string' },
      timeout: { type: 'string' },
    },
    'address',
  )
  const [address] = positionals
  if (address === undefined) throw new UsageError('Which address? For example wss://localhost:2567.')
  const target = parseTarget(address)
  const timeoutSeconds = wholeNumber('timeout', values.timeout, 600) || DEFAULT_TIMEOUT_SECONDS
  const httpPort = wholeNumber('http-port', values['http-port'], 65_535)
  return {
    json: values.json,
    patient: {
      target,
      timeoutMs: timeoutSeconds * 1_000,
      idleSeconds: wholeNumber('idle', values.idle, 3_600) ?? DEFAULT_IDLE_SECONDS,
      room: values.room,
      joinOptions: joinOptions(values['join-options']),
      // Port 80 of a developer's machine has nothing to do with the game.
      httpPort: httpPort ?? (isLoopback(target.host) ? undefined : 80),
      ownRoots: ownRoots(values.ca),
    },
  }
}

function joinOptions(text: string | undefined): object {
  if (text === undefined) return {}
  try {
    const options: unknown = JSON.parse(text)
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options
  } catch {
    // Falls through to the same explanation.
  }
  throw new UsageError('--join-options must be a JSON object, such as \'{"name":"Ann"}\'.')
}

/** The authority given, and this user's own for development. */
function ownRoots(path: string | undefined): string[] {
  const development = readIfThere(join(userDataFolder(), 'ca.pem'))
  const pems = development === undefined ? [] : certificatesIn(development)
  if (path === undefined) return pems
  let given: string[] = []
  try {
    given = certificatesIn(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`--ca ${path} cannot be read: ${(error as Error).message}.`)
  }
  if (given.length === 0) throw new UsageError(`--ca ${path} holds no certificate in PEM.`)
  return [...pems, ...given]
}

function certificatesIn(text: string): string[] {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return pems.filter((pem) => {
    try {
      return new X509Certificate(pem).raw.length > 0
    } catch {
      return false
    }
  })
}

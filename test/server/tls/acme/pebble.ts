import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { eventually } from '../../../eventually.ts'
import { freePort } from '../../../free-port.ts'
import { pathOf } from '../../../needs.ts'
import { opensslChain } from '../openssl-chain.ts'
import { scratchFolder } from '../scratch-folder.ts'

export interface PebbleOptions {
  /** Ports it looks at for proofs. */
  httpPort?: number
  tlsPort?: number
  /** Account keys it demands, key id to base64url HMAC key. */
  eab?: Record<string, string>
  /** Lifetime of what it issues, in seconds. */
  validitySeconds?: number
  /** Whether a name that was proven once needs no proof again. */
  reusesProofs?: boolean
}

export interface Pebble {
  readonly directory: string
  /** Root of pebble's own https certificate. */
  readonly ca: string
  /** Certificates it has issued, as its log tells. */
  issued(): number
  /** Root of what it issues, PEM; new at each start. */
  root(): Promise<string>
  stop(): Promise<void>
}

/** A real ACME authority: strict, refusing every fifth nonce, and with a DNS where every name is 127.0.0.1. */
export async function startPebble(options: PebbleOptions = {}): Promise<Pebble> {
  const folder = scratchFolder()
  const [port, managementPort, dnsPort, dnsManagementPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ])
  const front = opensslChain(folder, { id: 'front', name: '127.0.0.1' })
  const config = join(folder, 'pebble.json')
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: front.fullchain,
    privateKey: front.key,
    httpPort: options.httpPort ?? 1,
    tlsPort: options.tlsPort ?? 1,
    ocspResponderURL: '',
    externalAccountBindingRequired: options.eab !== undefined,
    externalAccountMACKeys: options.eab ?? {},
    ...(options.validitySeconds && { certificateValidityPeriod: options.validitySeconds }),
  }
  writeFileSync(config, JSON.stringify({ pebble }))
  const dns = run('pebble-challtestsrv', [
    ...['-dns01', `127.0.0.1:${dnsPort}`, '-management', `127.0.0.1:${dnsManagementPort}`],
    ...['-http01', '', '-https01', '', '-tlsalpn01', ''],
    ...['-defaultIPv4', '127.0.0.1', '-defaultIPv6', ''],
  ])
  const authority = run(
    pathOf('pebble')!,
    [...['-strict=true', '-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`]],
    options.reusesProofs,
  )
  let log = ''
  authority.stdout!.on('data', (chunk) => {
    log += String(chunk)
  })
  const ca = front.root
  const { readFileSync } = await import('node:fs')
  const ask = (url: string) => read(url, readFileSync(ca, 'utf8'))
  const directory = `https://127.0.0.1:${port}/dir`
  const stop = async (): Promise<void> => {
    for (const child of [authority, dns]) await end(child)
  }
  onTestFinished(stop)
  await eventually(() => ask(directory))
  return {
    directory,
    ca,
    issued: () => log.match(/Issued certificate serial/g)?.length ?? 0,
    root: () => ask(`https://127.0.0.1:${managementPort}/roots/0`),
    stop,
  }
}

function run(command: string, args: string[], reusesProofs = false): ChildProcess {
  const manners = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20' }
  const env = { ...process.env, ...manners, PEBBLE_AUTHZREUSE: reusesProofs ? '100' : '0' }
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.resume()
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function read(url: string, ca: string): Promise<string> {
  const request = get(url, { ca, agent: false })
  const [response] = await once(request, 'response')
  return (await response.toArray()).join('')
}

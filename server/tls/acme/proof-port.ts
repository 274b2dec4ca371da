import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get } from 'node:http'
import { createServer } from 'node:https'
import { connect } from 'node:tls'
import { FairgroundError } from '../../../shared/errors.ts'
import { plainServer } from '../../http/plain-port.ts'
import { DEFAULT_LIMITS } from '../../limits.ts'
import { OpenPorts } from '../../listening/open-ports.ts'
import { ServingCertificates } from '../serving.ts'
import { TicketKeys } from '../ticket-keys.ts'
import type { ChallengeType } from './acme-client.ts'
import type { AlpnProofs, HttpProofs } from './acme-proofs.ts'

export interface ProofPortOptions {
  readonly challenge: ChallengeType
  readonly challenges: AlpnProofs
  readonly proofs: HttpProofs
  /** Where the authority asks: 443 for tls-alpn-01, 80 for http-01, unless something on the way leads elsewhere. */
  readonly port: number
  readonly host: string | undefined
}

const PROBE_MS = 5_000

/**
 * Opens the port at which an authority asks for proofs. A server that runs, and finds its proofs in the same folder,
 * may hold that port already: it answers for us then.
 *
 * @returns what closes it
 * @throws FairgroundError PORT_IN_USE if another program has it, PORT_FORBIDDEN or HOST_UNAVAILABLE
 */
export async function openProofPort(options: ProofPortOptions): Promise<() => Promise<void>> {
  const { challenge, proofs, port, host } = options
  const ports = new OpenPorts()
  const server =
    challenge === 'http-01'
      ? plainServer({ proofs, httpsPort: 443, limits: DEFAULT_LIMITS })
      : await challengeServer(options)
  try {
    await ports.open(server, { port, host })
    return () => ports.close()
  } catch (error) {
    await ports.close()
    if (!(error instanceof FairgroundError) || error.code !== 'PORT_IN_USE') throw error
    if (await isAnsweredElsewhere(options)) return async () => {}
    throw new FairgroundError('PORT_IN_USE', {
      message: `Port ${port}, where the authority asks for proof, is taken by a program that does not answer for certs/.`,
      next: `Stop that program, or run this where the game server's own certs/ are: a server that runs answers by itself.`,
      cause: error,
    })
  }
}

async function challengeServer({ challenges }: ProofPortOptions) {
  const { placeholderCertificate } = await import('./certificate-request.ts')
  const secure = await placeholderCertificate(['waiting.invalid'])
  const serving = new ServingCertificates({ tickets: new TicketKeys(randomBytes(32)), challenges })
  const nobody = { names: [], validFromMs: 0, expiresAtMs: 0, issuer: '', fingerprint: '', path: '' }
  return createServer(serving.options([{ secure, ...nobody }], Date.now()))
}

/** Puts a proof of our own in place and looks for it as an authority would. */
async function isAnsweredElsewhere({
  challenge,
  challenges,
  proofs,
  port,
  host,
}: ProofPortOptions): Promise<boolean> {
  const own = randomBytes(12).toString('hex')
  const at = host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const signal = AbortSignal.timeout(PROBE_MS)
  if (challenge === 'http-01') {
    const remove = proofs.add(own, own)
    return asksHttp({ port, host: at, path: `/.well-known/acme-challenge/${own}`, signal }, own).finally(
      remove,
    )
  }
  const { challengeCertificate } = await import('./certificate-request.ts')
  const servername = `${own}.invalid`
  const remove = challenges.add(servername, await challengeCertificate(servername, own))
  return asksTls({ port, host: at, servername, signal }).finally(remove)
}

async function asksHttp(
  where: { port: number; host: string; path: string; signal: AbortSignal },
  expected: string,
): Promise<boolean> {
  try {
    const [answer] = await once(get({ ...where, agent: false }), 'response')
    return (await answer.toArray()).join('') === expected
  } catch {
    return false
  }
}

async function asksTls({
  signal,
  ...where
}: {
  port: number
  host: string
  servername: string
  signal: AbortSignal
}): Promise<boolean> {
  // Only whether it speaks the protocol for this name is asked; nothing is sent.
  const socket = connect({ ...where, ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect', { signal })
    return socket.alpnProtocol === 'acme-tls/1'
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

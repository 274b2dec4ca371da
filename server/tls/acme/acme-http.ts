import { request } from 'node:https'
import { FairgroundError } from '../../../shared/errors.ts'

/** An authority that says nothing for this long is taken for unreachable, in milliseconds. */
const TIMEOUT_MS = 30_000
/** Certificate chains and orders are a few kilobytes; more is not what was asked for. */
const MAX_BYTES = 1_000_000

export interface AcmeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface AcmeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly body?: string
  readonly accept?: string
  /** PEM of the root of a private authority; the well-known ones by default. */
  readonly ca?: string | undefined
  readonly signal: AbortSignal
}

/** One https request to an ACME authority. @throws FairgroundError ACME_UNREACHABLE */
export function askAuthority(
  url: string,
  { method, body, accept, ca, signal }: AcmeRequest,
): Promise<AcmeAnswer> {
  const unreachable = (why: string, cause?: unknown): FairgroundError =>
    new FairgroundError('ACME_UNREACHABLE', {
      message: `The certificate authority at ${new URL(url).host} does not answer: ${why}.`,
      cause,
    })
  return new Promise((resolve, reject) => {
    const headers = {
      'User-Agent': 'fairground',
      ...(accept !== undefined && { Accept: accept }),
      ...(body !== undefined && { 'Content-Type': 'application/jose+json' }),
    }
    const outgoing = request(url, {
      method,
      headers,
      timeout: TIMEOUT_MS,
      signal,
      ...(ca !== undefined && { ca }),
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`it was silent for ${TIMEOUT_MS / 1000} s`)))
    outgoing.on('error', (error) => reject(unreachable(error.message, error)))
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_BYTES) outgoing.destroy(new Error('its answer has no end'))
        else chunks.push(chunk)
      })
      incoming.on('error', (error) => reject(unreachable(error.message, error)))
      incoming.on('end', () => {
        const { statusCode = 0, headers } = incoming
        resolve({ status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') })
      })
    })
    outgoing.end(body)
  })
}

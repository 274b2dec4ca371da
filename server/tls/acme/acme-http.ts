import { request } from 'node:https'
import { AcmeError } from './acme-problem.ts'

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
  /** Time for the whole answer, in milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** One https request to an ACME authority. @throws FairgroundError ACME_UNREACHABLE */
export async function askAuthority(url: string, options: AcmeRequest): Promise<AcmeAnswer> {
  const { signal, timeoutMs } = options
  const late = AbortSignal.timeout(timeoutMs)
  try {
    return await exchange(url, { ...options, signal: AbortSignal.any([signal, late]) })
  } catch (cause) {
    const why = late.aborted ? `it had ${timeoutMs / 1000} s` : (cause as Error).message
    const whom = URL.canParse(url) ? new URL(url).host : `"${url}"`
    const message = `The certificate authority at ${whom} does not answer: ${why}.`
    throw new AcmeError('ACME_UNREACHABLE', { message, cause })
  }
}

function exchange(url: string, { method, body, accept, ca, signal }: AcmeRequest): Promise<AcmeAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'User-Agent': 'fairground',
      ...(accept !== undefined && { Accept: accept }),
      ...(body !== undefined && { 'Content-Type': 'application/jose+json' }),
    }
    const outgoing = request(url, { method, headers, signal, ...(ca !== undefined && { ca }) })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_BYTES) outgoing.destroy(new Error('its answer has no end'))
        else chunks.push(chunk)
      })
      incoming.on('error', reject)
      incoming.on('end', () => {
        const { statusCode = 0, headers } = incoming
        resolve({ status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') })
      })
    })
    outgoing.end(body)
  })
}

/** Looks at a server below `fetch` and `WebSocket`, which hide what it answered. Node only. */
import type { SentCertificate } from '../shared/untrusted-chain.ts'

/** Longest wait for an answer, in milliseconds: the caller has been waiting already. */
const PROBE_TIMEOUT_MS = 5_000
/** A seat that nobody has: a server lets it connect and says no then. */
const NO_SEAT = '/-/-?sessionId=-'

/** An answer that is no WebSocket. */
export interface Refusal {
  readonly status: number
  /** What servers and proxies on the way call themselves. */
  readonly proxy: string
  readonly location: string | undefined
}

/** Node's own modules; undefined in a browser. By this way no bundler looks for them. */
export function nodeModules() {
  const { process: node } = globalThis as {
    process?: { getBuiltinModule?: <M extends keyof Modules>(name: M) => Modules[M] }
  }
  return node?.getBuiltinModule
}

interface Modules {
  'node:http': typeof import('node:http')
  'node:https': typeof import('node:https')
  'node:tls': typeof import('node:tls')
  'node:crypto': typeof import('node:crypto')
}

/**
 * Asks for a WebSocket as the SDK does.
 *
 * @returns what was answered in its place; undefined when one opened
 * @throws Node's error when there was no answer
 */
export function tryUpgrade(url: string): Promise<Refusal | undefined> {
  const load = nodeModules()!
  const { request } = url.startsWith('https:') ? load('node:https') : load('node:http')
  const key = load('node:crypto').randomBytes(16).toString('base64')
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${NO_SEAT}`, {
      agent: false,
      headers: {
        ...{ Connection: 'Upgrade', Upgrade: 'websocket' },
        ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key },
      },
    })
    sent.setTimeout(PROBE_TIMEOUT_MS, () =>
      sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    )
    sent.once('error', reject)
    sent.once('upgrade', (_response, socket) => {
      socket.destroy()
      resolve(undefined)
    })
    sent.once('response', ({ statusCode: status = 0, headers: { server, via, location } }) => {
      sent.destroy()
      resolve({ status, location, proxy: `${server ?? ''} ${via ?? ''}` })
    })
    sent.end()
  })
}

/** The certificates that a server sends, its own first. Nothing but the handshake goes to a server that nobody trusts. */
export function sentChain(url: string): Promise<SentCertificate[]> {
  const { connect } = nodeModules()!('node:tls')
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const named = /[a-z]/i.test(host) && !host.includes(':')
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host, port: Number(port || 443), rejectUnauthorized: false },
      ...(named && { servername: host }),
    })
    socket.setTimeout(PROBE_TIMEOUT_MS, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const sent: SentCertificate[] = []
      for (let next = socket.getPeerX509Certificate(); next; next = next.issuerCertificate) {
        const selfSigned = next.checkIssued(next)
        sent.push({ subject: commonName(next.subject), issuer: commonName(next.issuer), selfSigned })
      }
      socket.destroy()
      resolve(sent)
    })
  })
}

function commonName(distinguishedName: string | undefined): string {
  const lines = (distinguishedName ?? '').split('\n')
  return lines.find((line) => line.startsWith('CN='))?.slice(3) || lines.join(', ') || 'unnamed'
}

import { type Answer, ask, codeOf } from './dial.ts'
import { type Finding, failure, good, warning } from './finding.ts'
import type { Reached } from './patient.ts'
import { isPublicName } from './target.ts'

/** Shorter than this a browser may have forgotten it by the next visit, in seconds: half a year. */
const MIN_HSTS_SECONDS = 15_552_000
/** Name of a room that no server has. */
const NO_ROOM = 'fairground-doctor'

/** What answers over https: its health, and whether it is a match server at all. */
export async function checkServer(
  patient: Reached,
): Promise<{ findings: Finding[]; isMatchServer: boolean }> {
  try {
    const health = await ask(patient, '/healthz')
    const join = await ask(patient, `/matchmake/joinOrCreate/${NO_ROOM}`, {
      ...{ method: 'POST', body: '{}' },
      headers: { 'content-type': 'application/json' },
    })
    const server = judgeServer(health, join, patient)
    return { findings: [checkHsts(health, patient), server], isMatchServer: server.verdict !== 'failure' }
  } catch (error) {
    const finding = failure(
      'Server',
      `requests over https fail (${codeOf(error)})`,
      /CERTIFICATE_REQUIRED/.test(codeOf(error))
        ? 'This port asks players for a certificate of their own (mutual TLS): give players one without.'
        : 'Look at the log of the server and of the proxy in front of it.',
    )
    return { findings: [finding], isMatchServer: false }
  }
}

function judgeServer(health: Answer, join: Answer, { target }: Reached): Finding {
  const facts = jsonOf(health.body)
  const refusal = jsonOf(join.body)
  const colyseus = typeof refusal['code'] === 'number' && typeof refusal['error'] === 'string'
  const fairground = typeof refusal['name'] === 'string' && typeof refusal['next'] === 'string'
  if (colyseus && fairground && health.status === 200 && facts['status'] === 'ok') {
    const { rooms, clients } = facts
    return good('Server', `Fairground: healthy, ${Number(rooms)} rooms, ${Number(clients)} players`)
  }
  if (colyseus && fairground) {
    return warning(
      'Server',
      `Fairground, but /healthz answers status ${health.status}`,
      'Let the proxy pass /healthz: load balancers and monitoring need it.',
    )
  }
  if (colyseus) return good('Server', 'a Colyseus server, not Fairground')
  const gateway = [health, join].find(({ status }) => status >= 502 && status <= 504)
  if (gateway) {
    return failure(
      'Server',
      `a proxy answers with status ${gateway.status}: it cannot reach the game server behind it`,
      'See that the server runs, and that the proxy speaks to its port with the scheme it expects.',
    )
  }
  return failure(
    'Server',
    `no match server: a web server answers joins with status ${join.status}`,
    target.prefix === ''
      ? 'Compare host and port with what the server printed; behind a proxy, the path of the game may be missing.'
      : `Compare host, port and the path "${target.prefix}" with what the proxy is configured for.`,
  )
}

function checkHsts({ headers }: Answer, { target: { host } }: Reached): Finding {
  const value = String(headers['strict-transport-security'] ?? '')
  if (!isPublicName(host)) return good('HSTS', 'not needed for addresses and local names')
  const seconds = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? 0)
  if (seconds >= MIN_HSTS_SECONDS) return good('HSTS', `for ${Math.floor(seconds / 86_400)} days`)
  return warning(
    'HSTS',
    value === '' ? 'the Strict-Transport-Security header is missing' : `only for ${seconds} seconds`,
    'Send Strict-Transport-Security: max-age=63072000, so that browsers never try http again.',
  )
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

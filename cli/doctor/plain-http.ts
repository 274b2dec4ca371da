import { randomBytes } from 'node:crypto'
import { askPlainly, codeOf } from './dial.ts'
import { type Finding, failure, good, unchecked, warning } from './finding.ts'
import type { Reached } from './patient.ts'

/** Plain HTTP may send readers to https, and nothing more. */
export async function checkPlainHttp(patient: Reached): Promise<Finding> {
  const { httpPort: port, target } = patient
  if (port === undefined) return unchecked('Plain HTTP', 'on this machine only with --http-port <n>')
  const headers = {
    ...{ Connection: 'Upgrade', Upgrade: 'websocket' },
    ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': randomBytes(16).toString('base64') },
  }
  const path = `${target.prefix}/`
  try {
    const { status, headers: told } = await askPlainly(patient, port, { path })
    const upgraded = await askPlainly(patient, port, { path, headers }).catch(() => undefined)
    if (upgraded?.status === 101) {
      return failure(
        'Plain HTTP',
        `port ${port} opens WebSockets without TLS: everybody on the way can read and play along`,
        'Let that port redirect to https, and nothing else.',
      )
    }
    return judge({ status, port, location: String(told['location'] ?? '') })
  } catch (error) {
    const code = codeOf(error)
    const how = code === 'ECONNREFUSED' ? 'is closed' : `does not answer (${code})`
    return good('Plain HTTP', `port ${port} ${how}: nothing goes without TLS`)
  }
}

function judge({ status, port, location }: { status: number; port: number; location: string }): Finding {
  const redirects = status >= 300 && status < 400
  if (redirects && /^https:\/\//i.test(location)) return good('Plain HTTP', `port ${port} redirects to https`)
  if (status >= 400) return good('Plain HTTP', `port ${port} serves nothing (status ${status})`)
  return warning(
    'Plain HTTP',
    redirects
      ? `port ${port} redirects, but not to https`
      : `port ${port} serves pages without TLS (status ${status})`,
    'Let it redirect to https with status 308 (createServer({ httpPort: 80 }) does).',
  )
}

import { isIP } from 'node:net'
import { codeOf, dialTcp } from './dial.ts'
import { type Finding, failure, good, unchecked, warning } from './finding.ts'
import type { Patient } from './patient.ts'

interface Tried {
  readonly ip: string
  readonly ms: number
  /** What went wrong, if anything. */
  readonly code?: string
}

/** No way out of this machine: says nothing about the server. */
const NO_ROUTE = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** Whether the port answers, address by address; further checks use the first of those that do. */
export async function checkTcp(
  patient: Patient,
  ips: readonly string[],
): Promise<{ findings: Finding[]; answering: readonly string[] }> {
  const tries = await Promise.all(ips.map((ip) => attempt(ip, patient)))
  const answering = tries.filter(({ code }) => code === undefined).map(({ ip }) => ip)
  return { findings: tries.map((one) => judge(one, patient.target.port, answering[0])), answering }
}

async function attempt(ip: string, { target, timeoutMs }: Patient): Promise<Tried> {
  const startedMs = performance.now()
  try {
    const socket = await dialTcp(ip, target.port, timeoutMs)
    socket.destroy()
    return { ip, ms: performance.now() - startedMs }
  } catch (error) {
    return { ip, ms: performance.now() - startedMs, code: codeOf(error) }
  }
}

function judge({ ip, ms, code }: Tried, port: number, answering: string | undefined): Finding {
  const place = `${isIP(ip) === 6 ? `[${ip}]` : ip}:${port}`
  if (code === undefined) return good('TCP', `${place} answers in ${Math.ceil(ms)} ms`)
  if (NO_ROUTE.has(code) && answering !== undefined) {
    return unchecked('TCP', `${place}: this machine has no way to such addresses`)
  }
  const found =
    code === 'ECONNREFUSED'
      ? `${place} refuses connections: nothing listens there`
      : code === 'ETIMEDOUT'
        ? `${place} does not answer: a firewall drops what is sent there, or the machine is off`
        : `${place} cannot be reached (${code})`
  if (answering !== undefined) {
    return warning(
      'TCP',
      found,
      `Listen on that address too, or remove it from DNS: some players try it before ${answering}.`,
    )
  }
  return failure(
    'TCP',
    found,
    code === 'ECONNREFUSED'
      ? 'Start the server, and compare port and address with what it printed.'
      : `Open port ${port} in the firewall of the machine and of its hoster.`,
  )
}

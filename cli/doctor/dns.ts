import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { codeOf } from './dial.ts'
import { type Finding, failure, good } from './finding.ts'
import type { Patient } from './patient.ts'

/** Which addresses the name has for programs on this machine, hosts file included. */
export async function checkDns({
  target: { host },
  timeoutMs,
}: Patient): Promise<{ finding: Finding; ips: readonly string[] }> {
  if (isIP(host) !== 0) {
    return { finding: good('DNS', `${host} is an address: no name to look up`), ips: [host] }
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })), timeoutMs)
  })
  try {
    const found = await Promise.race([lookup(host, { all: true }), late])
    const ips = [...new Set(found.map(({ address }) => address))]
    const told = ips.map((ip) => `${ip} (${isIP(ip) === 6 ? 'AAAA' : 'A'})`).join(', ')
    return { finding: good('DNS', `${host} is ${told}`), ips }
  } catch (error) {
    return { finding: explain(host, codeOf(error)), ips: [] }
  } finally {
    clearTimeout(timer)
  }
}

function explain(host: string, code: string): Finding {
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return failure(
      'DNS',
      `${host} does not exist`,
      'Check the spelling, or add an A record (and AAAA for IPv6) where the domain is managed.',
    )
  }
  return failure(
    'DNS',
    `${host} could not be looked up (${code})`,
    "Check this machine's network and its name server, then run doctor again.",
  )
}

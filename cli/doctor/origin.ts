import { ask, codeOf, dialWebSocket } from './dial.ts'
import { type Finding, failure, good, unchecked, warning } from './finding.ts'
import type { Reached } from './patient.ts'
import { SEAT_PATH } from './upgrade.ts'

/** A page that is nobody's; the name is reserved for examples. */
const FOREIGN = 'https://doctor.example'

/** Whose pages may open the game's sockets: the server's own, and not just any. */
export async function checkOrigin(patient: Reached): Promise<Finding> {
  const own = `https://${patient.target.authority}`
  try {
    const foreign = await statusFor(patient, FOREIGN)
    if (foreign === 101) {
      return failure(
        'Origin',
        `a page of any other site (${FOREIGN}) may open the game's sockets in a visitor's name`,
        'See that the proxy passes the Origin header on unchanged, and that allowedOrigins holds your own sites only. A Fairground server refuses others by itself.',
      )
    }
    const home = await statusFor(patient, own)
    if (home !== 101) {
      return failure(
        'Origin',
        `pages of ${own} itself are refused with status ${home}`,
        'The proxy changes the Host header: pass it on (nginx: proxy_set_header Host $http_host), or add the origin to allowedOrigins.',
      )
    }
    if (foreign === 403) return good('Origin', 'own pages are let in, foreign ones refused with 403')
    return warning(
      'Origin',
      `foreign pages get status ${foreign}, where 403 was expected`,
      'Look at what answers there: a refusal by the server itself has status 403.',
    )
  } catch (error) {
    return unchecked('Origin', `no answer (${codeOf(error)})`)
  }
}

async function statusFor(patient: Reached, origin: string): Promise<number> {
  const { socket, answer } = await dialWebSocket(patient, SEAT_PATH, origin)
  socket?.terminate()
  return answer?.status ?? 101
}

/** Whose pages may ask for seats, by the answer to a browser's preflight. */
export async function checkCors(patient: Reached): Promise<Finding> {
  try {
    const { headers } = await ask(patient, '/matchmake/joinOrCreate/fairground-doctor', {
      method: 'OPTIONS',
      headers: { Origin: FOREIGN, 'Access-Control-Request-Method': 'POST' },
    })
    const allowed = headers['access-control-allow-origin']
    if (allowed !== FOREIGN && allowed !== '*') return good('CORS', 'foreign pages may not ask for seats')
    return failure(
      'CORS',
      `pages of any site may ask for seats: the answer allows "${allowed}"`,
      'Remove that header where the proxy adds it. A Fairground server allows its own pages and allowedOrigins.',
    )
  } catch (error) {
    return unchecked('CORS', `no answer (${codeOf(error)})`)
  }
}

import { explainRefusedUpgrade } from '../../shared/refused-upgrade.ts'
import { type Answer, codeOf, dialWebSocket } from './dial.ts'
import { type Finding, failure, good } from './finding.ts'
import type { Reached } from './patient.ts'

/** Where a game's sockets go: a seat in a room. This one is nobody's, so the server says no once it has opened. */
export const SEAT_PATH = '/doctor/doctor?sessionId=doctor'

/** Whether a WebSocket opens where a seat's would. */
export async function checkUpgrade(patient: Reached): Promise<Finding> {
  const startedMs = performance.now()
  try {
    const { socket, answer } = await dialWebSocket(patient, SEAT_PATH)
    if (!socket) return refused(answer)
    const tookMs = performance.now() - startedMs
    socket.terminate()
    return good('Upgrade', `a WebSocket opens in ${Math.ceil(tookMs)} ms`)
  } catch (error) {
    const code = codeOf(error)
    return failure(
      'Upgrade',
      code === 'ETIMEDOUT'
        ? 'the WebSocket gets no answer in time'
        : `the WebSocket is cut while it opens (${code})`,
      'Something between here and the server does not know WebSockets: a proxy, a firewall, an antivirus program.',
    )
  }
}

function refused({ status, headers }: Answer): Finding {
  const { message, next } = explainRefusedUpgrade({
    status,
    proxy: `${headers['server'] ?? ''} ${headers['via'] ?? ''}`,
    location: headers['location'] as string | undefined,
  })
  return failure('Upgrade', message, next)
}

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { connect, FairgroundError } from '../../client-sdk/index.ts'
import { HOLD_PARAMETER } from '../../shared/protocol.ts'
import { codeOf, dialWebSocket } from './dial.ts'
import { type Finding, failure, good, unchecked, warning } from './finding.ts'
import type { Reached } from './patient.ts'

/** The server's probe goes after one second unless it holds it; what is cut later was cut by somebody else. */
const PROBE_MS = 1_500
/** More than the server holds a probe. */
const MAX_PROBE_SECONDS = 118
/** Without a ping for so long, proxies with short limits cut the connection. */
const PINGS_EXPECTED_SECONDS = 10
const NORMAL = 1000

const USE_ROOM = 'Name a room to join for it: --room <name>.'

/** Whether a connection on which the client says nothing lives on. The server's pings are all that keeps it. */
export function checkIdle(patient: Reached): Promise<Finding> {
  if (patient.idleSeconds === 0) return Promise.resolve(unchecked('Idle', 'left out by --idle 0'))
  if (patient.room !== undefined) return inRoom(patient, patient.room)
  if (patient.idleSeconds > MAX_PROBE_SECONDS) {
    const found = `a server holds a socket without a seat for ${MAX_PROBE_SECONDS} s at most`
    return Promise.resolve(unchecked('Idle', found, USE_ROOM))
  }
  return onProbe(patient).catch((error) =>
    unchecked('Idle', `a socket without a seat does not open (${codeOf(error)})`, USE_ROOM),
  )
}

async function onProbe(patient: Reached): Promise<Finding> {
  const { idleSeconds } = patient
  const { socket, answer } = await dialWebSocket(patient, `/?${HOLD_PARAMETER}=${idleSeconds + 2}`)
  if (!socket) {
    return unchecked('Idle', `a socket without a seat is answered with status ${answer.status}`, USE_ROOM)
  }
  const startedMs = performance.now()
  let pings = 0
  socket.on('ping', () => pings++)
  const code = await new Promise<number | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), idleSeconds * 1_000)
    socket.once('close', (closeCode) => {
      clearTimeout(timer)
      resolve(closeCode)
    })
  })
  socket.terminate()
  if (code === undefined) return lived(idleSeconds, pings)
  const livedMs = performance.now() - startedMs
  if (code === NORMAL && livedMs < PROBE_MS) {
    const found = 'the server holds no more sockets without a seat at the moment, or none at all'
    return unchecked('Idle', found, USE_ROOM)
  }
  return cut(livedMs, code)
}

function lived(idleSeconds: number, pings: number): Finding {
  if (pings === 0 && idleSeconds >= PINGS_EXPECTED_SECONDS) {
    return warning(
      'Idle',
      `lives through ${idleSeconds} s of silence, but no ping came from the server`,
      'Let the server ping more often (limits.pingIntervalMs): a quiet connection does not live long everywhere.',
    )
  }
  const told = pings === 1 ? '1 ping' : `${pings} pings`
  return good('Idle', `a connection lives through ${idleSeconds} s of silence (${told} from the server)`)
}

function cut(livedMs: number, code: number): Finding {
  return failure(
    'Idle',
    `a silent connection is cut after ${(livedMs / 1_000).toFixed(1)} s (close code ${code})`,
    'Raise the idle limit of the proxy (nginx: proxy_read_timeout 90s) to more than three times limits.pingIntervalMs.',
  )
}

/** Joins a room, as a player who does nothing would. */
async function inRoom(
  { target, idleSeconds, room: name, ...patient }: Reached,
  room: string,
): Promise<Finding> {
  setDefaultCACertificates([...getCACertificates('default'), ...patient.ownRoots])
  const server = connect<{ readonly '~rooms': Record<string, never> }>(target.address)
  try {
    // A room of its own disturbs nobody; where clients may not open one, it is the quietest of guests.
    const options = patient.joinOptions as never
    const joined = await server.create(room as never, options).catch((error: unknown) => {
      if (!(error instanceof FairgroundError) || error.code !== 'CREATE_REFUSED') throw error
      return server.joinOrCreate(room as never, options)
    })
    const startedMs = performance.now()
    const cutMs = await new Promise<number | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), idleSeconds * 1_000)
      joined.onStatus((status) => {
        if (status === 'open') return
        clearTimeout(timer)
        resolve(performance.now() - startedMs)
      })
    })
    await joined.leave()
    if (cutMs === undefined)
      return good('Idle', `a player who does nothing stays in "${name}" for ${idleSeconds} s`)
    return cut(cutMs, 1006)
  } catch (error) {
    if (!(error instanceof FairgroundError)) throw error
    return failure('Idle', `joining "${name}" failed: ${error.message} [${error.code}]`, error.next)
  }
}

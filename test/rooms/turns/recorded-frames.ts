/** Keeps every frame that any client of this process receives. Import it before anything that imports the SDK. */
import { SEAT_SECRETS } from '../../../shared/protocol.ts'

/** Frames by the session that received them, in order. */
export const framesOf = new Map<string, Uint8Array[]>()

/** A real WebSocket that somebody else listens to as well. */
class RecordedWebSocket extends WebSocket {
  constructor(url: string | URL, options?: string | string[]) {
    super(url, options)
    const session = sessionAmong(options)
    this.addEventListener('message', ({ data }) => {
      const frames = framesOf.get(session) ?? []
      framesOf.set(session, [...frames, new Uint8Array(data as ArrayBuffer)])
    })
  }
}
globalThis.WebSocket = RecordedWebSocket

/** In Node the SDK passes options, its protocols among them; one of these names the session. */
function sessionAmong(options: unknown): string {
  const { protocols = [] } = options as { protocols?: string[] }
  const claim = protocols.find((protocol) => protocol.startsWith(SEAT_SECRETS.sessionId))
  if (claim === undefined) throw new Error('This WebSocket names no session.')
  return claim.slice(SEAT_SECRETS.sessionId.length)
}

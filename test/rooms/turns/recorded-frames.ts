/** Keeps every frame that any client of this process receives. Import it before anything that imports the SDK. */

/** Frames by the session that received them, in order. */
export const framesOf = new Map<string, Uint8Array[]>()

/** A real WebSocket that somebody else listens to as well. */
class RecordedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    const session = new URL(url).searchParams.get('sessionId')!
    this.addEventListener('message', ({ data }) => {
      const frames = framesOf.get(session) ?? []
      framesOf.set(session, [...frames, new Uint8Array(data as ArrayBuffer)])
    })
  }
}
globalThis.WebSocket = RecordedWebSocket

import { type Client, type ClientPrivate, ProtocolModifier } from '@colyseus/core'
import { encode } from '@colyseus/schema'

/** The room's time in a state frame, in milliseconds since it opened; rooms with inputs send it. */
export interface Timing {
  sNow: number
}

/** The room's time and the last input consumed of this client, four bytes each. */
const PREFIX_BYTES = 8

/** A copy of `frame` for one client, with the room's time and that client's last consumed input. */
export function timedFrame(frame: Uint8Array, { sNow }: Timing, client: Client): Uint8Array {
  const timed = Buffer.allocUnsafe(frame.length + PREFIX_BYTES)
  const it = { offset: 1 }
  timed[0] = frame[0]! | ProtocolModifier.TIMED
  encode.uint32(timed, sNow >>> 0, it)
  encode.uint32(timed, ((client as Client & ClientPrivate)._inputBuffer?.ackSeq ?? 0) >>> 0, it)
  timed.set(frame.subarray(1), it.offset)
  return timed
}

import { type Client, type ClientPrivate, ProtocolModifier } from '@colyseus/core'
import { encode } from '@colyseus/schema'
import { memoryFor } from '../transport/framing.ts'

/** The room's time in a state frame, in milliseconds since it opened; rooms with inputs send it. */
export interface Timing {
  sNow: number
}

/** What a client's frame holds besides what others get too. */
interface Addition {
  readonly plan: { readonly bytes: number; copy(memory: Buffer, frame: Uint8Array, at: number): void }
  readonly memory: Buffer
}

/** The room's time and the last input consumed of this client, four bytes each. */
const PREFIX_BYTES = 8

/** A copy of `frame` for one client, with the room's time and that client's last consumed input. */
export function timedFrame(frame: Uint8Array, timing: Timing, client: Client): Uint8Array {
  return frameOf(frame, undefined, timing, client)
}

/** A copy of `body` for one client, with what it alone gets, and the time where the room tells it. */
export function frameOf(
  body: Uint8Array,
  addition: Addition | undefined,
  timing?: Timing,
  client?: Client,
): Uint8Array {
  const prefixBytes = timing ? PREFIX_BYTES : 0
  const frame = memoryFor(prefixBytes + body.length + (addition?.plan.bytes ?? 0))
  frame.set(body, prefixBytes)
  frame[0] = body[0]!
  if (timing) {
    const it = { offset: 1 }
    frame[0] |= ProtocolModifier.TIMED
    encode.uint32(frame, timing.sNow >>> 0, it)
    encode.uint32(frame, ((client as Client & ClientPrivate)._inputBuffer?.ackSeq ?? 0) >>> 0, it)
  }
  addition?.plan.copy(addition.memory, frame, prefixBytes + body.length)
  return frame
}

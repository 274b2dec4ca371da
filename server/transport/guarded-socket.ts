import { Protocol, ProtocolModifier } from '@colyseus/core'
import { decode } from '@colyseus/schema'
import { WebSocket } from 'ws'
import type { Receipts } from './outbox.ts'

/** The bits of a frame's first byte that say what it is; the others modify it. */
const CODE_MASK = 0x1f
/** Inputs in one packet at most; the official SDK repeats the last three. */
const MAX_SLOTS = 64

/**
 * A player's socket that does not hand on frames which would hang Colyseus' decoder, and every match with it (D2), nor
 * any after the server said goodbye: a program that ignores it could play on until its connection is cut.
 */
export class GuardedSocket extends WebSocket {
  /** Whether packets of inputs carry two times each, which the room decides. */
  twoStamps = false
  /** Takes what proves that the client has read: no room hears of it. */
  receipts: Receipts | undefined

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message' && this.receipts?.takesMessage(args[0] as Buffer)) return true
    if (event === 'pong' && this.receipts?.takesPong(args[0] as Buffer)) return super.emit(event, ...args)
    if (event === 'message' && !this.#mayHear(args[0] as Uint8Array)) return true
    return super.emit(event, ...args)
  }

  #mayHear(frame: Uint8Array): boolean {
    return this.readyState === this.OPEN && isSafeFrame(frame, this.twoStamps)
  }
}

/**
 * Whether Colyseus reads `frame` to its end. A packet of inputs (`ROOM_INPUT_UNRELIABLE`, also over a WebSocket) holds
 * lengths: a negative one sends its decoder back for ever, a huge count lets it loop over what is not there.
 *
 * @param twoStamps the room rewinds by both of Colyseus' timelines
 */
export function isSafeFrame(frame: Uint8Array, twoStamps: boolean): boolean {
  if ((frame[0]! & CODE_MASK) !== Protocol.ROOM_INPUT_UNRELIABLE) return true
  const at = { offset: 1 }
  if (frame[0]! & ProtocolModifier.TIMED) {
    const slots = decode.number(frame, at)
    if (!isWithin(slots, MAX_SLOTS) || slots === 0) return false
    skipStamps(frame, at, { slots, bytes: 4 })
    if (twoStamps) skipStamps(frame, at, { slots, bytes: 2 })
  }
  decode.number(frame, at) // the sequence number of the oldest input
  for (let slots = 0; at.offset < frame.length; slots++) {
    const length = decode.number(frame, at)
    if (slots === MAX_SLOTS || !isWithin(length, frame.length - at.offset)) return false
    at.offset += length
  }
  return at.offset === frame.length
}

/** One absolute time of that many bytes, then a difference for each further input. */
function skipStamps(frame: Uint8Array, at: { offset: number }, stamps: { slots: number; bytes: number }) {
  at.offset += stamps.bytes
  for (let slot = 1; slot < stamps.slots; slot++) decode.number(frame, at)
}

function isWithin(count: number, max: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= max
}

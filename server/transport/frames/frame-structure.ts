import { Protocol, ProtocolModifier } from '@colyseus/core'
import { decode } from '@colyseus/schema'
import type { OffenceKind } from '../offences.ts'
import { FrameReader } from './frame-reader.ts'
import { type InputFormat, isInputPacket, isReliableInput } from './input-structure.ts'
import { isPayload } from './payload-structure.ts'

/** The bits of a frame's first byte that say what it is; the others modify it. */
const CODE_MASK = 0x1f
const MODIFIER_MASK = 0xe0

/** What clients may send. */
const FROM_CLIENTS: readonly number[] = [
  Protocol.JOIN_ROOM,
  Protocol.LEAVE_ROOM,
  Protocol.ROOM_DATA,
  Protocol.ROOM_DATA_BYTES,
  Protocol.PING,
  Protocol.ROOM_INPUT_RELIABLE,
  Protocol.ROOM_INPUT_UNRELIABLE,
  Protocol.ROOM_REQUEST,
]

/** By a frame's first byte: what it is, or undefined for what no client may send. Only inputs carry a time. */
const CODES = Array.from({ length: 256 }, (_, first) => {
  const code = first & CODE_MASK
  const modifiers = first & MODIFIER_MASK
  const fits = modifiers === 0 || (modifiers === ProtocolModifier.TIMED && isInput(code))
  return fits && FROM_CLIENTS.includes(code) ? code : undefined
})

/** What a frame is, or undefined for what no client may send. */
export function codeOf(frame: Uint8Array): number | undefined {
  return CODES[frame[0]!]
}

export function isInput(code: number): boolean {
  return code === Protocol.ROOM_INPUT_RELIABLE || code === Protocol.ROOM_INPUT_UNRELIABLE
}

/** The number by which a request's reply is told; undefined where the frame has none. */
export function requestIdOf(frame: Uint8Array): number | undefined {
  const id = new FrameReader(frame, 1).number()
  return Number.isSafeInteger(id) && id >= 0 ? id : undefined
}

/** The type of a well-formed request. */
export function typeOfRequest(frame: Uint8Array): string {
  const reader = afterNumber(frame)
  return String(
    decode.stringCheck(frame as never, reader) ? decode.string(frame as never, reader) : reader.number(),
  )
}

/**
 * What is wrong with a frame, or undefined if Colyseus reads it to its end without a word. Total: it answers for any
 * bytes, in time that grows with their number only.
 *
 * @param inputs how the room's inputs look; undefined for a room that takes none
 */
export function faultOf(
  frame: Uint8Array,
  code: number,
  inputs: InputFormat | undefined,
): OffenceKind | undefined {
  switch (code) {
    case Protocol.ROOM_DATA:
      return faultOfMessage(new FrameReader(frame, 1))
    case Protocol.ROOM_REQUEST:
      return requestIdOf(frame) === undefined ? 'malformed' : faultOfMessage(afterNumber(frame))
    case Protocol.ROOM_DATA_BYTES:
      return isType(new FrameReader(frame, 1)) ? undefined : 'malformed'
    case Protocol.ROOM_INPUT_RELIABLE:
    case Protocol.ROOM_INPUT_UNRELIABLE:
      return inputs ? faultOfInput(frame, code, inputs) : 'unexpectedInput'
    default:
      return frame.length === 1 ? undefined : 'malformed'
  }
}

function afterNumber(frame: Uint8Array): FrameReader {
  const reader = new FrameReader(frame, 1)
  reader.number()
  return reader
}

function faultOfMessage(reader: FrameReader): OffenceKind | undefined {
  if (!isType(reader)) return 'malformed'
  return isPayload(reader) ? undefined : 'malformed'
}

/** Passes a message's type: a text, or a number. */
function isType(reader: FrameReader): boolean {
  const first = reader.peek()
  // An empty text, which Colyseus takes for a number that does not exist.
  if ((first > 0xa0 && first < 0xc0) || (first >= 0xd9 && first <= 0xdb)) reader.text()
  else reader.number()
  return !reader.broken
}

function faultOfInput(frame: Uint8Array, code: number, inputs: InputFormat): OffenceKind | undefined {
  const timed = (frame[0]! & ProtocolModifier.TIMED) !== 0
  const readable =
    code === Protocol.ROOM_INPUT_RELIABLE
      ? isReliableInput(frame, inputs, timed)
      : isInputPacket(frame, inputs, timed)
  return readable ? undefined : 'malformed'
}

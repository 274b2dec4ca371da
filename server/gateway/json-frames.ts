/** Colyseus' frames for clients that read JSON, and their texts as frames: rooms notice no difference. */
import { getMessageBytes, Protocol, ResponseStatus } from '@colyseus/core'
import { decode, encode } from '@colyseus/schema'
import { Unpackr } from 'msgpackr'
import { codeOfWire, ERRORS, type ErrorCode, type FairgroundError } from '../../shared/errors.ts'
import { CLOSING_MESSAGE } from '../../shared/protocol.ts'

const CODE_MASK = 0x1f
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' })

/** An error, as clients of the gateway are told of it. */
export interface ToldError {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string
  readonly retryAfterMs?: number
}

export function toldError({ code, message, next, retryAfterMs }: FairgroundError): ToldError {
  return { code, message, next, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

export function bytesOf(text: object): Buffer {
  return Buffer.from(JSON.stringify(text))
}

/** A message to a room, as an SDK would send it. */
export function messageFrame(name: string, data: unknown): Buffer {
  return getMessageBytes.raw(Protocol.ROOM_DATA, name, data)
}

/** A request to a room, as an SDK would send it. */
export function requestFrame(id: number, name: string, data: unknown): Buffer {
  const head: number[] = [Protocol.ROOM_REQUEST]
  encode.number(head as never, id, { offset: 1 })
  return Buffer.concat([
    Buffer.from(head),
    getMessageBytes.raw(Protocol.ROOM_REQUEST, name, data).subarray(1),
  ])
}

let lastFrame: Uint8Array | undefined
let lastText: Buffer | undefined

/**
 * The text that says what a frame to a client says; undefined for what concerns only those who read patches. A frame
 * that goes to many, one after the other, is translated once.
 */
export function textOf(frame: Uint8Array): Buffer | undefined {
  if (frame === lastFrame) return lastText
  const said = translated(frame)
  lastFrame = frame
  lastText = said && bytesOf(said)
  return lastText
}

function translated(frame: Uint8Array): object | undefined {
  const it = { offset: 1 }
  switch (frame[0]! & CODE_MASK) {
    case Protocol.ROOM_DATA: {
      const name = typeAt(frame, it)
      const data = payloadAt(frame, it)
      return name === CLOSING_MESSAGE
        ? { type: 'closing', ...(data as object) }
        : { type: 'event', name, data }
    }
    case Protocol.ROOM_DATA_BYTES:
      return {
        type: 'event',
        name: typeAt(frame, it),
        base64: Buffer.from(frame.subarray(it.offset)).toString('base64'),
      }
    case Protocol.ROOM_RESPONSE:
      return reply(decode.number(frame as never, it), frame[it.offset++]!, payloadAt(frame, it))
    case Protocol.ERROR: {
      const wire = decode.number(frame as never, it)
      return { type: 'error', error: errorOf(wire, decode.string(frame as never, it)) }
    }
    default:
      return undefined
  }
}

function reply(id: number, status: number, payload: unknown): object {
  if (status === ResponseStatus.OK) return { type: 'reply', id, data: payload }
  if (status === ResponseStatus.REJECTED)
    return { type: 'reply', id, error: { ...errorOf(ERRORS.REQUEST_REFUSED.wire), reason: payload } }
  const { code, message } = payload as { code?: unknown; message?: string }
  return { type: 'reply', id, error: errorOf(Number(code), message) }
}

function errorOf(wire: number, message?: string): ToldError {
  const code = codeOfWire(wire) ?? 'INTERNAL'
  return { code, message: message || ERRORS[code].message, next: ERRORS[code].next }
}

function typeAt(frame: Uint8Array, it: { offset: number }): string | number {
  return decode.stringCheck(frame as never, it)
    ? decode.string(frame as never, it)
    : decode.number(frame as never, it)
}

function payloadAt(frame: Uint8Array, { offset }: { offset: number }): unknown {
  return frame.length > offset ? unpackr.unpack(frame.subarray(offset)) : undefined
}

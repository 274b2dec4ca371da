import { CloseCode, ErrorCode } from '@colyseus/core'
import { CloseCode as SdkCloseCode } from '@colyseus/sdk'
import { expect, it } from 'vitest'
import { ERRORS } from '../../shared/errors.ts'
import { CLOSE_CODES, DEFAULT_PORT, PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol.ts'

it("close codes are Colyseus' own, on both sides", () => {
  for (const theirs of [CloseCode, SdkCloseCode]) {
    expect(CLOSE_CODES).toEqual({
      normal: theirs.NORMAL_CLOSURE,
      goingAway: theirs.GOING_AWAY,
      abnormal: theirs.ABNORMAL_CLOSURE,
      consented: theirs.CONSENTED,
      serverShutdown: theirs.SERVER_SHUTDOWN,
      withError: theirs.WITH_ERROR,
      failedToReconnect: theirs.FAILED_TO_RECONNECT,
      mayReconnect: theirs.MAY_TRY_RECONNECT,
    })
  }
})

it('[ER2] errors that Colyseus knows have its number', () => {
  expect(ERRORS.ROOM_UNKNOWN.wire).toBe(ErrorCode.MATCHMAKE_NO_HANDLER)
  expect(ERRORS.NO_ROOM_OPEN.wire).toBe(ErrorCode.MATCHMAKE_INVALID_CRITERIA)
  expect(ERRORS.ROOM_NOT_FOUND.wire).toBe(ErrorCode.MATCHMAKE_INVALID_ROOM_ID)
  expect(ERRORS.SEAT_EXPIRED.wire).toBe(ErrorCode.MATCHMAKE_EXPIRED)
  expect(ERRORS.AUTH_FAILED.wire).toBe(ErrorCode.AUTH_FAILED)
  expect(ERRORS.MESSAGE_INVALID.wire).toBe(ErrorCode.INVALID_PAYLOAD)
})

it('the version is a whole number from 1, and its header is spelled as Node spells headers', () => {
  expect(Number.isInteger(PROTOCOL_VERSION)).toBe(true)
  expect(PROTOCOL_VERSION).toBeGreaterThanOrEqual(1)
  expect(PROTOCOL_HEADER).toBe(PROTOCOL_HEADER.toLowerCase())
})

it("the port is Colyseus' own, which no other program claims and everybody may open", () => {
  expect(DEFAULT_PORT).toBe(2567)
})

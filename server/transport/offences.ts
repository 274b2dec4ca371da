import type { ErrorCode } from '../../shared/errors.ts'

export interface Offence {
  /** Strikes it costs. */
  readonly weight: number
  /** What its sender is told, ten times a second at most; nothing where a correct client may do it unknowingly. */
  readonly answer?: ErrorCode
  /** What ends the session when it costs the last strike. */
  readonly kick: ErrorCode
  /** In words, for the log. */
  readonly what: string
}

/**
 * The one table of what clients may do wrong. Each offence is dropped and counted; its strikes add up and are forgiven
 * by the second. At `strikesToWarn` the client is warned, at `strikesToKick` its session ends; who is sent away
 * `kicksToBan` times is not let in again for `banMs`.
 *
 * What the official SDK cannot send costs much; what a correct client of a hurried programmer may send costs little.
 */
export const OFFENCES = {
  text: { weight: 10, answer: 'FRAME_MALFORMED', kick: 'FRAME_MALFORMED', what: 'text frames' },
  empty: { weight: 10, answer: 'FRAME_MALFORMED', kick: 'FRAME_MALFORMED', what: 'empty frames' },
  opcode: { weight: 10, answer: 'FRAME_MALFORMED', kick: 'FRAME_MALFORMED', what: 'frames of no known kind' },
  malformed: { weight: 10, answer: 'FRAME_MALFORMED', kick: 'FRAME_MALFORMED', what: 'unreadable frames' },
  // A page that plays on while it reconnects sends a few of these.
  early: { weight: 1, kick: 'FRAME_MALFORMED', what: 'frames before the join was acknowledged' },
  late: { weight: 1, kick: 'RATE_LIMITED', what: 'frames after the end of the session' },
  joinedTwice: { weight: 10, answer: 'FRAME_MALFORMED', kick: 'FRAME_MALFORMED', what: 'second joins' },
  unexpectedInput: { weight: 1, kick: 'FRAME_MALFORMED', what: 'inputs for a room that takes none' },
  unknownType: { weight: 2, kick: 'MESSAGE_UNKNOWN', what: 'messages of unknown type' },
  invalidPayload: { weight: 2, kick: 'MESSAGE_INVALID', what: 'invalid payloads' },
  messageRate: { weight: 1, answer: 'RATE_LIMITED', kick: 'RATE_LIMITED', what: 'messages over the rate' },
  typeRate: { weight: 1, kick: 'RATE_LIMITED', what: "messages over their type's rate" },
  // Pages that draw at 144 Hz and send an input with each picture are no floods.
  inputRate: { weight: 0.25, answer: 'RATE_LIMITED', kick: 'RATE_LIMITED', what: 'inputs over the rate' },
  byteRate: { weight: 4, answer: 'RATE_LIMITED', kick: 'RATE_LIMITED', what: 'bytes over the rate' },
  controlRate: { weight: 1, kick: 'RATE_LIMITED', what: 'pings and pongs over the rate' },
  // Those that break the rules of WebSockets are cut by ws itself.
  protocol: { weight: 0, kick: 'FRAME_MALFORMED', what: 'breaches of the WebSocket protocol' },
} as const satisfies Record<string, Offence>

export type OffenceKind = keyof typeof OFFENCES

/** Limits by which strikes turn into consequences. */
export interface Ladder {
  readonly strikesToWarn: number
  readonly strikesToKick: number
  readonly strikesForgivenPerSecond: number
}

/** What follows from an offence. */
export type Consequence = 'drop' | 'warn' | 'kick'

/** One client's strikes. Time is an argument, in milliseconds of a clock that never jumps. */
export class Strikes {
  #score = 0
  #atMs = 0
  #warned = false

  add(weight: number, nowMs: number, limits: Ladder): Consequence {
    const forgiven = ((nowMs - this.#atMs) / 1000) * limits.strikesForgivenPerSecond
    const before = Math.max(0, this.#score - forgiven)
    if (before === 0) this.#warned = false
    this.#score = before + weight
    this.#atMs = nowMs
    if (this.#score >= limits.strikesToKick) return 'kick'
    if (this.#warned || this.#score < limits.strikesToWarn) return 'drop'
    this.#warned = true
    return 'warn'
  }
}

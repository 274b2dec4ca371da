import { type Client, getMessageBytes, Protocol, ResponseStatus, type Room } from '@colyseus/core'
import { ERRORS, type ErrorCode, wireOf } from '../../shared/errors.ts'
import type { Sender } from './bans.ts'
import { ClientRates, type RatedRoom } from './client-rates.ts'
import type { Firewall } from './firewall.ts'
import { codeOf, faultOf, isInput, requestIdOf, typeOfRequest } from './frames/frame-structure.ts'
import { type InputFormat, inputFormatOf } from './frames/input-structure.ts'
import { OFFENCES, type Offence, type OffenceKind, Strikes } from './offences.ts'
import { type Rate, TokenBucket } from './token-bucket.ts'

/** Typed answers a client gets to what it does wrong; the rest is dropped in silence. */
const ANSWERS: Rate = { perSecond: 10, burst: 40 }

/** Longest part of a client's request type that is repeated in an error. */
const QUOTED_TYPE_CHARS = 64

/** In the place of a frame that has no reply: a text of the JSON gateway. */
const NO_FRAME = new Uint8Array(0)

/** A room as the gate sees it. */
export type GatedRoom = Room & RatedRoom

/** What a client is told. No error: its stack would cost more than all else here. */
interface Notice {
  readonly wire: number
  readonly message: string
}

function noticeOf(code: ErrorCode, message: string = ERRORS[code].message): Notice {
  return { wire: wireOf(code), message }
}

/** What the gate needs of the socket it stands before. */
export interface GatedSocket {
  readonly isOpen: boolean
  /** Whether a room listens: nothing that comes before it is anybody's. */
  readonly isHeard: boolean
  /** The connection ends for a breach of its protocol: its session is not held. */
  breached(): void
  /** Says goodbye, and reads nothing of what still comes. */
  expel(code: number, reason: string): void
}

/** One connection's way in: each frame is checked for size, kind, moment, rate and structure, before any room sees it. */
export class FrameGate {
  readonly #firewall: Firewall
  readonly #socket: GatedSocket
  #sender: Sender
  #client: Client | undefined
  #room: GatedRoom | undefined
  #inputs: InputFormat | undefined
  #probe = false
  #acknowledged = false
  #left = false
  readonly #rates: ClientRates
  readonly #told = new TokenBucket()
  readonly #strikes = new Strikes()

  constructor(firewall: Firewall, socket: GatedSocket, sender: Sender) {
    this.#firewall = firewall
    this.#rates = new ClientRates(firewall.limits)
    this.#socket = socket
    this.#sender = sender
  }

  /** Nobody's, for as long as it measures latency. */
  expectProbe(): void {
    this.#probe = true
  }

  /** From now on frames are a room's client's. */
  seat(client: Client, room: GatedRoom): void {
    this.#client = client
    this.#room = room
    this.#rates.room = room
  }

  /** Who it is, once that is known. */
  identify(identity: unknown): void {
    if (typeof identity === 'string') this.#sender = { ...this.#sender, identity }
  }

  /** Whether a frame may go on to the room. Never throws. */
  admits(frame: Uint8Array, binary: boolean): boolean {
    const { nowMs } = this.#firewall
    const offence = this.#offenceOf(frame, binary, nowMs)
    if (offence !== undefined) return this.#refuse(offence, frame, nowMs)
    const code = codeOf(frame)
    if (code === Protocol.ROOM_REQUEST && !this.#answers(frame)) return this.#refuseRequest(frame, nowMs)
    if (code === Protocol.JOIN_ROOM) this.#acknowledged = true
    if (code === Protocol.LEAVE_ROOM) this.#left = true
    return true
  }

  #offenceOf(frame: Uint8Array, binary: boolean, nowMs: number): OffenceKind | undefined {
    if (this.#left || !this.#socket.isOpen) return 'late'
    if (this.#probe) return this.#rates.takesMessage(nowMs) ? undefined : 'messageRate'
    if (!binary) return 'text'
    if (frame.length === 0) return 'empty'
    if (!this.#rates.takesBytes(frame.length, nowMs)) return 'byteRate'
    const code = codeOf(frame)
    const excess = this.#excess(code, nowMs)
    if (excess !== undefined) return excess
    return code === undefined ? 'opcode' : (this.#untimely(code) ?? this.#fault(frame, code))
  }

  /** Joining and leaving cost nothing: either happens once. */
  #excess(code: number | undefined, nowMs: number): OffenceKind | undefined {
    if (code === Protocol.JOIN_ROOM || code === Protocol.LEAVE_ROOM) return undefined
    if (code !== undefined && isInput(code)) return this.#rates.takesInput(nowMs) ? undefined : 'inputRate'
    return this.#rates.takesMessage(nowMs) ? undefined : 'messageRate'
  }

  /** Whether the JSON gateway may read a text at all: by its moment and the rates. Never throws. */
  admitsText(text: Uint8Array): boolean {
    const { nowMs } = this.#firewall
    const offence = this.#offenceOfText(text.length, nowMs)
    return offence === undefined || this.#refuse(offence, NO_FRAME, nowMs)
  }

  #offenceOfText(bytes: number, nowMs: number): OffenceKind | undefined {
    if (!this.#socket.isOpen) return 'late'
    if (!this.#rates.takesBytes(bytes, nowMs)) return 'byteRate'
    return this.#rates.takesMessage(nowMs) ? undefined : 'messageRate'
  }

  /** Whether a ping or pong may be heard, and a ping be answered. */
  admitsControl(): boolean {
    if (this.#rates.takesControl(this.#firewall.nowMs)) return true
    if (this.#socket.isOpen) this.offend('controlRate')
    return false
  }

  /**
   * Notes that the client broke the rules of WebSockets, for which ws ends the connection.
   *
   * @param knowingly no correct client does it: the session is over, and counts as ended by the server
   */
  breach(knowingly: boolean): void {
    this.offend('protocol')
    if (!knowingly) return
    this.#socket.breached()
    this.#firewall.kicked('protocol', this.#sender, this.#room?.roomName)
  }

  /** Notes an offence that somebody else found and answered, and draws the consequence. */
  offend(kind: OffenceKind): void {
    this.#offend(kind, this.#firewall.nowMs)
  }

  #offend(kind: OffenceKind, nowMs: number): void {
    const { weight, kick }: Offence = OFFENCES[kind]
    this.#firewall.refused(kind, { sender: this.#sender, room: this.#room?.roomName, nowMs })
    const consequence = this.#strikes.add(weight, nowMs, this.#firewall.limits)
    if (consequence === 'warn') this.#tell(noticeOf('LAST_WARNING'))
    if (consequence === 'kick') this.#kick(kind, kick)
  }

  #refuse(kind: OffenceKind, frame: Uint8Array, nowMs: number): false {
    const { answer }: Offence = OFFENCES[kind]
    if (answer !== undefined && this.#mayTell(nowMs)) this.#answer(this.#noticeOf(kind, answer), frame)
    this.#offend(kind, nowMs)
    return false
  }

  #refuseRequest(frame: Uint8Array, nowMs: number): false {
    if (this.#mayTell(nowMs)) {
      const type = typeOfRequest(frame).slice(0, QUOTED_TYPE_CHARS)
      const message = `The room ${this.#room?.roomName} has no handler for the request "${type}".`
      this.#answer(noticeOf('MESSAGE_UNKNOWN', message), frame)
    }
    this.#offend('unknownType', nowMs)
    return false
  }

  #mayTell(nowMs: number): boolean {
    return this.#client !== undefined && this.#socket.isOpen && this.#told.take(nowMs, ANSWERS)
  }

  #noticeOf(kind: OffenceKind, code: ErrorCode): Notice {
    const waitMs = this.#rates.waitMs(kind)
    const message = `This client sends more than the server takes; again in ${waitMs} ms.`
    return noticeOf(code, waitMs > 0 ? message : undefined)
  }

  #kick(kind: OffenceKind, code: ErrorCode): void {
    if (!this.#socket.isOpen) return
    const { wire, message } = noticeOf(code)
    this.#firewall.kicked(kind, this.#sender, this.#room?.roomName)
    this.#socket.expel(wire, message)
  }

  /** Whether the room has a handler for a request; Colyseus would answer for itself, uncounted. */
  #answers(frame: Uint8Array): boolean {
    const handlers = this.#room?.['onMessageEvents'].events as Record<string, unknown> | undefined
    return handlers?.[typeOfRequest(frame)] !== undefined
  }

  /** What only a client of another moment would send. */
  #untimely(code: number): OffenceKind | undefined {
    if (code === Protocol.JOIN_ROOM) {
      if (this.#acknowledged) return 'joinedTwice'
      return this.#socket.isHeard ? undefined : 'early'
    }
    if (this.#acknowledged || code === Protocol.PING || code === Protocol.LEAVE_ROOM) return undefined
    return 'early'
  }

  #fault(frame: Uint8Array, code: number): OffenceKind | undefined {
    return faultOf(frame, code, isInput(code) ? this.#inputFormat() : undefined)
  }

  /** Read off the room at the first input: it may declare them as late as in `onCreate`. */
  #inputFormat(): InputFormat | undefined {
    if (this.#inputs) return this.#inputs
    const type = this.#room?.['_inputController']?.options.ctor
    if (!type) return undefined
    const timeline = this.#room!._timelineMode()
    this.#inputs = inputFormatOf(type, Boolean(timeline?.snapshot && timeline.reckon))
    return this.#inputs
  }

  #answer(notice: Notice, frame: Uint8Array): void {
    const id = codeOf(frame) === Protocol.ROOM_REQUEST ? requestIdOf(frame) : undefined
    if (id === undefined) this.#tell(notice)
    else {
      const refusal = { name: 'FairgroundError', message: notice.message, code: notice.wire }
      this.#client?.raw(getMessageBytes[Protocol.ROOM_RESPONSE](id, ResponseStatus.ERROR, refusal))
    }
  }

  #tell({ wire, message }: Notice): void {
    if (this.#socket.isOpen) this.#client?.error(wire, message)
  }
}

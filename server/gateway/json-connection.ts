import { connectClientToRoom, matchMaker, Protocol } from '@colyseus/core'
import { FairgroundError } from '../../shared/errors.ts'
import { CLOSE_CODES } from '../../shared/protocol.ts'
import { fromColyseus } from '../http/colyseus-errors.ts'
import type { GameRoom } from '../room/game-room.ts'
import { runtimeOf } from '../room/room-runtime.ts'
import type { FrameGate, GatedRoom } from '../transport/frame-gate.ts'
import type { GuardedSocket, TextReader } from '../transport/guarded-socket.ts'
import type { OffenceKind } from '../transport/offences.ts'
import type { WssClientOptions } from '../transport/wss-client.ts'
import { JsonClient } from './json-client.ts'
import { bytesOf, messageFrame, requestFrame, toldError } from './json-frames.ts'
import { readText, type Said } from './json-protocol.ts'

/** A seat that was reserved. */
export interface Seat {
  readonly sessionId: string
  readonly roomId: string
}

export interface JsonConnectionOptions {
  readonly socket: GuardedSocket
  readonly gate: FrameGate
  readonly client: WssClientOptions
  /** Who connected, and from where: for a room's own `onAuth`. */
  readonly authContext: Parameters<typeof connectClientToRoom>[2]
  /** @throws FairgroundError whose text may be shown */
  reserve(asked: Said & { type: 'join' }): Promise<Seat>
  /** Told why a join was refused. */
  refused(error: FairgroundError, thrown: unknown): void
}

const NOT_JOINED = 'Nobody is joined on this connection yet; "join" comes first, and its answer.'

/** One connection to the JSON gateway: what comes before the join, the join, and then a client like any other. */
export class JsonConnection implements TextReader {
  readonly #options: JsonConnectionOptions
  #phase: 'new' | 'joining' | 'joined' | 'over' = 'new'
  #client: JsonClient | undefined
  #room: GameRoom | undefined

  constructor(options: JsonConnectionOptions) {
    this.#options = options
  }

  get joined(): boolean {
    return this.#phase === 'joined' || this.#phase === 'over'
  }

  takes(frame: Uint8Array, binary: boolean): void {
    if (!this.#options.gate.admitsText(frame)) return
    const read = binary ? { fault: 'This gateway reads texts only.' } : readText(frame)
    if ('said' in read) this.#act(read.said)
    else this.#complain('malformed', new FairgroundError('FRAME_MALFORMED', { message: read.fault }))
  }

  /** Ends a connection that has no session: tells why, and closes. */
  refuse(error: FairgroundError): void {
    this.#phase = 'over'
    this.#tell({ type: 'error', error: toldError(error) })
    this.#options.socket.close(CLOSE_CODES.withError, error.code)
  }

  #act(said: Said): void {
    if (said.type === 'join' && this.#phase === 'new') void this.#join(said)
    else if (said.type === 'join') this.#joinAgain()
    else if (this.#phase === 'over') this.#options.gate.offend('late')
    else if (this.#phase === 'joined') this.#hear(said)
    else this.#complain('early', new FairgroundError('NOT_CONNECTED', { message: NOT_JOINED }), said)
  }

  #hear(said: Exclude<Said, { type: 'join' }>): void {
    const { socket } = this.#options
    switch (said.type) {
      case 'send':
        socket.deliver(messageFrame(said.name, said.data))
        break
      case 'request':
        this.#request(said)
        break
      case 'state':
        this.#tell({ type: 'reply', id: said.id, data: this.#state() })
        break
      case 'leave':
        this.#phase = 'over'
        socket.deliver(Uint8Array.of(Protocol.LEAVE_ROOM))
    }
  }

  #request({ id, name, data }: Said & { type: 'request' }): void {
    const handlers = this.#room?.['onMessageEvents'].events as Record<string, unknown> | undefined
    if (handlers?.[name] !== undefined) {
      this.#options.socket.deliver(requestFrame(id, name, data))
      return
    }
    // Colyseus would answer for itself, uncounted.
    const message = `The room has no handler for the request "${name}".`
    this.#complain('unknownType', new FairgroundError('MESSAGE_UNKNOWN', { message }), { id })
  }

  #joinAgain(): void {
    this.#complain(
      'joinedTwice',
      new FairgroundError('FRAME_MALFORMED', { message: 'One join a connection.' }),
    )
  }

  async #join(said: Said & { type: 'join' }): Promise<void> {
    const { socket, gate, reserve, authContext, refused } = this.#options
    this.#phase = 'joining'
    try {
      const { sessionId, roomId } = await reserve(said)
      if (!socket.isOpen) return
      const room = matchMaker.getLocalRoomById(roomId) as unknown as GameRoom | undefined
      if (!room) throw new FairgroundError('JOIN_FAILED', { message: 'That room is run by another process.' })
      this.#room = room
      this.#client = new JsonClient(sessionId, socket, this.#options.client)
      gate.seat(this.#client, room as unknown as GatedRoom)
      await connectClientToRoom(room as never, this.#client, authContext, {})
      gate.identify((this.#client as { auth?: { id?: unknown } }).auth?.id)
      this.#welcome(this.#client, room)
    } catch (thrown) {
      const error = thrown instanceof FairgroundError ? thrown : fromColyseus(thrown)
      refused(error, thrown)
      if (socket.isOpen) this.refuse(error)
    }
  }

  #welcome(client: JsonClient, { roomId }: GameRoom): void {
    if (!this.#options.socket.isOpen) return
    this.#phase = 'joined'
    client.say({ type: 'joined', roomId, sessionId: client.sessionId, state: this.#state() })
    client.acknowledge(this.#options.socket)
  }

  /** What the room shows of its state; nothing if that fails, which is reported. */
  #state(): unknown {
    const [room, client] = [this.#room, this.#client]
    if (!room?.jsonState || !client) return undefined
    return runtimeOf(room)?.attempt('jsonState', () => room.jsonState?.(client as never), client as never)
  }

  /** Tells what is wrong, as the reply where it has a number, and counts it. */
  #complain(kind: OffenceKind, error: FairgroundError, said?: object): void {
    const id = said && 'id' in said ? said.id : undefined
    this.#tell({ type: id === undefined ? 'error' : 'reply', id, error: toldError(error) })
    this.#options.gate.offend(kind)
  }

  #tell(text: object): void {
    const { socket } = this.#options
    if (!socket.isOpen) return
    if (this.#client) this.#client.say(text)
    else socket.send(bytesOf(text), { binary: false })
  }
}

import { type Client, type MessageContext, Protocol, type ServerError } from '@colyseus/core'
import { FairgroundError, isAnswer } from '../../shared/errors.ts'
import { check } from '../../shared/standard-schema.ts'
import { toServerError } from '../http/colyseus-errors.ts'
import { isJoined } from '../sync/paced-client.ts'
import { releaseEarlyMessages } from '../transport/client-fields.ts'
import { codeOf } from '../transport/frames/frame-structure.ts'
import type { GameRoom } from './game-room.ts'
import { MessageRates } from './message-rates.ts'
import type { MessageHandler, MessageHandlers, RequestHandler, RequestHandlers } from './messages.ts'
import type { FrameHandler, RoomRuntime } from './room-runtime.ts'
import { runDueSteps } from './step-clock.ts'

// biome-ignore lint/suspicious/noExplicitAny: hooks differ in their arguments and are passed through unread
type AnyFunction = (...args: any[]) => any

/** Longest part of a client's message type that is repeated in an error. */
const QUOTED_TYPE_CHARS = 64

/** The same for a request: its sender is to blame, and is told by the reply. */
function refused(runtime: RoomRuntime, client: Client, error: FairgroundError): ServerError {
  runtime.blame(client, error.code)
  return toServerError(error)
}

/** Puts checks, answers and reports around a room's messages and requests. */
export function armMessages(room: GameRoom, runtime: RoomRuntime): void {
  const messages = (room.messages ?? {}) as unknown as MessageHandlers
  const unknown = (what: string) =>
    new FairgroundError('MESSAGE_UNKNOWN', { message: `The room ${room.roomName} ${what}.` })
  const armed: Record<string, AnyFunction> = {}
  const rates = new MessageRates()
  for (const [type, handler] of Object.entries(messages)) {
    armed[type] = (client: Client, payload: unknown, context: MessageContext) => {
      // Its reply would say that all went well, whatever the handler makes of it.
      if (context.id !== undefined)
        throw refused(runtime, client, unknown(`takes "${type}" by send(), not by request()`))
      const refusal = rates.refusalOf(client, type, handler as MessageHandler)
      if (refusal) return runtime.complain(client, refusal)
      return receive(runtime, type, handler as MessageHandler, client, payload)
    }
  }
  for (const [type, handler] of Object.entries(room.requests as RequestHandlers)) {
    armed[type] = (client: Client, payload: unknown, context: MessageContext) => {
      // Nobody would await its reply, nor catch its refusal.
      if (context.id === undefined)
        return runtime.complain(client, unknown(`takes "${type}" by request(), not by send()`))
      const refusal = rates.refusalOf(client, type, handler)
      if (refusal) throw refused(runtime, client, refusal)
      return answer(runtime, type, handler as RequestHandler, client, payload)
    }
  }
  // The fallback keeps Colyseus from closing the connection with the type in the close reason (D1).
  armed['_'] = (client: Client, type: unknown, payload: unknown) => {
    // Colyseus keeps it under '*', and takes it for the handler of that type when a client sends one.
    const context = isContext(payload) ? payload : undefined
    const quoted = context ? '*' : String(type).slice(0, QUOTED_TYPE_CHARS)
    const error = unknown(`has no handler for messages of type "${quoted}"`)
    if (context?.id !== undefined) throw refused(runtime, client, error)
    runtime.complain(client, error)
  }
  room.messages = armed as typeof room.messages
  const onMessage = room['_onMessage'] as FrameHandler
  room['_onMessage'] = ((client: Client, frame: Buffer) => {
    runtime.handle(client, frame, onMessage)
    if (codeOf(frame) === Protocol.JOIN_ROOM && isJoined(client)) releaseEarlyMessages(client)
  }) as never
}

/** Whether Colyseus made it: what a client sends holds no functions. */
function isContext(value: unknown): value is MessageContext {
  return typeof (value as Partial<MessageContext> | undefined | null)?.resolve === 'function'
}

async function receive(
  runtime: RoomRuntime,
  type: string,
  { format, handler }: MessageHandler,
  client: Client,
  payload: unknown,
): Promise<void> {
  try {
    const checked = await check(format, payload)
    if (!checked.ok) {
      return runtime.complain(
        client,
        new FairgroundError('MESSAGE_INVALID', { message: `${type}: ${checked.problem}` }),
      )
    }
    // Many may have come in one piece.
    runDueSteps()
    await runtime.within(`messages.${type}`, () => handler(client, checked.value))
  } catch (error) {
    if (isAnswer(error)) return runtime.complain(client, error)
    runtime.report(`messages.${type}`, error, client)
    runtime.complain(client, new FairgroundError('HANDLER_FAILED'))
  }
}

async function answer(
  runtime: RoomRuntime,
  type: string,
  { format, handler }: RequestHandler,
  client: Client,
  payload: unknown,
): Promise<unknown> {
  try {
    const checked = await check(format, payload)
    if (!checked.ok) throw new FairgroundError('MESSAGE_INVALID', { message: `${type}: ${checked.problem}` })
    runDueSteps()
    return await runtime.within(`requests.${type}`, () => handler(client, checked.value))
  } catch (error) {
    if (isAnswer(error)) throw refused(runtime, client, error)
    runtime.report(`requests.${type}`, error, client)
    throw toServerError(new FairgroundError('HANDLER_FAILED'))
  }
}

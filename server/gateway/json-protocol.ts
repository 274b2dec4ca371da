/** What clients of the JSON gateway and the server say to each other: docs/devices-protocol.md. */
import type { IncomingMessage } from 'node:http'

/** The WebSocket's subprotocol. A later version, should there be one, gets a number of its own. */
export const JSON_PROTOCOL = 'fairground.json.v1'

/** How deep lists and objects of a text may stand in each other, the text's own object included. */
const MAX_DEPTH = 16
/** Longest token, in characters. */
const MAX_TOKEN_CHARS = 4_096
const MAX_REQUEST_ID = 2 ** 31 - 1
/** Begins with a letter, so that nothing of Colyseus' own can be named. */
const NAME = /^[A-Za-z][\w.:/-]{0,63}$/

/** What a client may send. */
export type Said =
  | { readonly type: 'join'; readonly options?: unknown; readonly token?: string }
  | { readonly type: 'send'; readonly name: string; readonly data?: unknown }
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly data?: unknown }
  | { readonly type: 'state'; readonly id: number }
  | { readonly type: 'leave' }

type Check = (value: unknown) => boolean

const isName: Check = (value) => typeof value === 'string' && NAME.test(value)
const isId: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_REQUEST_ID
const isToken: Check = (value) => typeof value === 'string' && value !== '' && value.length <= MAX_TOKEN_CHARS
const isAnything: Check = () => true

/** The one table of texts: their fields, and which of these may be left out. */
const TEXTS: Readonly<
  Record<Said['type'], { must: Readonly<Record<string, Check>>; may: Readonly<Record<string, Check>> }>
> = {
  join: { must: {}, may: { options: isAnything, token: isToken } },
  send: { must: { name: isName }, may: { data: isAnything } },
  request: { must: { id: isId, name: isName }, may: { data: isAnything } },
  state: { must: { id: isId }, may: {} },
  leave: { must: {}, may: {} },
}

/** Whether an upgrade asks for this protocol before any other: the one that `ws` then agrees to. */
export function speaksJson({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-protocol']?.split(',')[0]?.trim() === JSON_PROTOCOL
}

/** Reads one text. Total: it answers for any bytes, in time that grows with their number only. */
export function readText(text: Uint8Array): { said: Said } | { fault: string } {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString())
  } catch {
    return { fault: 'This is no JSON.' }
  }
  const fault = faultOfValue(value, MAX_DEPTH) ?? faultOfText(value)
  return fault === undefined ? { said: value as Said } : { fault }
}

function faultOfText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'A text must be an object.'
  const fields = value as Record<string, unknown>
  const { type } = fields
  if (typeof type !== 'string' || !Object.hasOwn(TEXTS, type))
    return `"type" must be one of ${Object.keys(TEXTS).join(', ')}.`
  const { must, may } = TEXTS[type as Said['type']]
  for (const [name, check] of Object.entries(must))
    if (!check(fields[name]))
      return `"${name}" of "${type}" is missing, or not what docs/devices-protocol.md says.`
  for (const [name, content] of Object.entries(fields)) {
    if (name === 'type' || Object.hasOwn(must, name)) continue
    const check = Object.hasOwn(may, name) ? may[name] : undefined
    if (!check) return `"${type}" has a field that it should not have.`
    if (!check(content)) return `"${name}" of "${type}" is not what docs/devices-protocol.md says.`
  }
  return undefined
}

/** What JSON can say and rooms should not be told: numbers beyond all, endless nesting, names that objects have anyway. */
function faultOfValue(value: unknown, depthLeft: number): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'A number is too large.'
  if (typeof value !== 'object' || value === null) return undefined
  if (depthLeft === 0) return `Lists and objects stand more than ${MAX_DEPTH} deep.`
  for (const [name, content] of Object.entries(value)) {
    if (name === '__proto__') return 'No field may be called "__proto__".'
    const fault = faultOfValue(content, depthLeft - 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

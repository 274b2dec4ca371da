import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import { JSON_PROTOCOL } from '../../../server/gateway/json-protocol.ts'
import { eventually } from '../../eventually.ts'

/** A text of the gateway, as it came. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it awaits
export type Told = Record<string, any>

/** A machine at the JSON gateway that may say anything: what it is told is kept. */
export class JsonPeer {
  readonly socket: WebSocket
  readonly told: Told[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  #requests = 0

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (text: Buffer, binary: boolean) => {
      this.told.push(binary ? { type: 'binary' } : JSON.parse(text.toString()))
    })
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  /** @param url `https://…` of the server */
  static async connect(url: string, room: string, options: ClientOptions = {}): Promise<JsonPeer> {
    const socket = new WebSocket(`${url.replace('https', 'wss')}/json/${room}`, JSON_PROTOCOL, options)
    const peer = new JsonPeer(socket)
    await once(socket, 'open')
    return peer
  }

  say(text: object | string): void {
    this.socket.send(typeof text === 'string' ? text : JSON.stringify(text))
  }

  async join(options: object = {}, token?: string): Promise<Told> {
    const earlier = this.told.length
    this.say({ type: 'join', options, ...(token !== undefined && { token }) })
    return this.#first(({ type }) => type === 'joined' || type === 'error', earlier)
  }

  async request(name: string, data?: unknown): Promise<Told> {
    const id = ++this.#requests
    this.say({ type: 'request', id, name, data })
    return this.#first((told) => told['type'] === 'reply' && told['id'] === id)
  }

  /** The first event of that name, which may have come already. */
  event(name: string): Promise<Told> {
    return this.#first((told) => told['type'] === 'event' && told['name'] === name)
  }

  error(code: string): Promise<Told> {
    return this.#first(({ error }) => error?.code === code)
  }

  async #first(matches: (told: Told) => boolean, from = 0): Promise<Told> {
    let found: Told | undefined
    await eventually(() => {
      found = this.told.slice(from).find(matches)
      if (!found) throw new Error(`not told; so far: ${JSON.stringify(this.told).slice(0, 500)}`)
    })
    return found!
  }
}

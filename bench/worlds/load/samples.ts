/** Players who decode all they get, with the real SDK where there is one: what a server says is looked at by somebody. */
import { Client } from '@colyseus/sdk'
import { connect } from '../../../client-sdk/index.ts'
import { unpack } from '../packed.ts'
import type { Side } from '../server-process.ts'
import type { Heading, Mover, Truth } from '../simulation.ts'
import { DIALECTS } from './dialects.ts'

export interface Sample {
  readonly id: string
  readonly room: string
  /** Whom it sees where. */
  seen(): Truth
  steer(heading: Heading): void
}

/** What both SDKs' rooms have of what is needed here. */
interface SdkRoom {
  sessionId: string
  state: { players: Iterable<[string, Mover]> }
  input(): { data: Heading; send(): void }
}

type Take = (url: URL, room: string) => Promise<Sample>

export const SAMPLES: Record<Side, Take> = {
  async plain(url, room) {
    const client = new Client(url.href.replace('https', 'wss'))
    return fromSdk((await client.joinById(room)) as unknown as SdkRoom, room)
  },
  async fairground(url, room) {
    const joined = await connect(url.href).joinById('world', room)
    await joined.ready
    return fromSdk(joined as unknown as SdkRoom, room)
  },
  async 'bare-ws'(url, room) {
    const { socket, id } = await DIALECTS['bare-ws'].take(url, room)
    const seen = new Map<string, Mover>()
    socket.listen((chunk, from, to) => unpack(chunk.subarray(from, to), seen))
    return {
      id,
      room,
      seen: () => Object.fromEntries(seen),
      steer: (heading) => socket.write(DIALECTS['bare-ws'].input(heading)),
    }
  },
  async 'socket-io'(url, room) {
    const dialect = DIALECTS['socket-io']
    const { socket, id } = await dialect.take(url, room)
    let seen: Truth = {}
    socket.listen((chunk, from, to) => {
      dialect.answer?.(socket, chunk, from, to)
      if (dialect.isPatch(chunk, from)) seen = fromJson(chunk.toString('utf8', from + 2, to))
    })
    return { id, room, seen: () => seen, steer: (heading) => socket.write(dialect.input(heading)) }
  },
}

function fromSdk(joined: SdkRoom, room: string): Sample {
  const input = joined.input()
  return {
    id: joined.sessionId,
    room,
    seen: () => Object.fromEntries([...(joined.state.players ?? [])].map(([id, { x, y }]) => [id, { x, y }])),
    steer({ x, y }) {
      input.data.x = x
      input.data.y = y
      input.send()
    },
  }
}

function fromJson(text: string): Truth {
  const [, { players }] = JSON.parse(text) as [string, { players: (Mover & { id: number })[] }]
  return Object.fromEntries(players.map(({ id, x, y }) => [String(id), { x, y }]))
}

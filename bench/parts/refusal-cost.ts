/** What it costs to refuse a frame, and to handle one, with the socket left out: nanoseconds each. */
import { type Client, Protocol, type Room } from '@colyseus/core'
import { Packr } from 'msgpackr'
import { z } from 'zod'
import { GameRoom, message } from '../../server/index.ts'
import type { GuardedSocket } from '../../server/transport/guarded-socket.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import { startTestServer } from '../../testing/index.ts'

const Stick = schema(
  { x: t.float32().default(0), y: t.float32().default(0), fire: t.boolean().default(false) },
  'Stick',
)
class PlaceRoom extends GameRoom<{ input: SchemaType<typeof Stick> }> {
  override inputs = this.defineInput(Stick)
  override messages = { place: message(z.object({ x: z.number(), y: z.number() }), () => {}) }
}

const PLACE = [Protocol.ROOM_DATA, 0xa5, ...Buffer.from('place')]
const VALID = Buffer.from([...PLACE, ...new Packr().pack({ x: 1.5, y: -20 })])
const INPUT = Buffer.from([Protocol.ROOM_INPUT_RELIABLE, 128, 0, 0, 0x80, 0x3f, 129, 0, 0, 0, 0x3f, 130, 1])

const ROUNDS = 200_000
/** Between two rests, so that promises settle as they do between two reads of a socket. */
const AT_ONCE = 100

/** The frame that is refused last: everything in it is read, and its end is wrong. */
const spoilt = (frame: Buffer) => Buffer.concat([frame.subarray(0, -1), Buffer.from([0xc1, 0xc1])])

export interface Costs {
  /** Nanoseconds by what is done. */
  readonly [what: string]: number
}

export async function measureCosts(): Promise<Costs> {
  const rates = { messagesPerSecond: 1e12, messageBurst: 1e12, bytesPerSecond: 1e12, byteBurst: 1e12 }
  const lifted = { ...rates, inputFramesPerTick: 1e12, strikesToKick: 1e12, strikesToWarn: 1e12 }
  await using server = await startTestServer({ rooms: { place: PlaceRoom }, limits: lifted })
  const player = await server.connect().joinOrCreate('place')
  await player.ping()
  const room = server.room('place', player) as unknown as Room
  const client = room.clients[0] as Client
  const socket = client.ref as unknown as GuardedSocket
  const handle = (frame: Buffer) => {
    if (!socket.gate!.admits(frame, true)) throw new Error('refused what is to be handled')
    room['_onMessage'](client as never, frame)
  }
  const refuse = (frame: Buffer, binary = true) => {
    if (socket.gate!.admits(frame, binary)) throw new Error('took what is to be refused')
  }
  const costs: Record<string, number> = {}
  const [badMessage, badInput, noKind] = [spoilt(VALID), spoilt(INPUT), Buffer.from([99, 1, 2, 3])]
  const bodies: [string, () => void][] = [
    ['handle a message', () => handle(VALID)],
    ['refuse a message, unreadable at its end', () => refuse(badMessage)],
    ['refuse a frame of no kind', () => refuse(noKind)],
    ['refuse a text', () => refuse(VALID, false)],
    ['handle an input', () => handle(INPUT)],
    ['refuse an input, unreadable at its end', () => refuse(badInput)],
  ]
  for (const [what, body] of bodies) costs[what] = await nanoseconds(body)
  server.server.setLimits({ messagesPerSecond: 1e-9, messageBurst: 1 })
  costs['refuse a message over the rate'] = await nanoseconds(() => {
    socket.gate!.admits(VALID, true)
  })
  await player.leave()
  return costs
}

async function nanoseconds(body: () => void): Promise<number> {
  const round = async (): Promise<number> => {
    const startedMs = performance.now()
    for (let done = 0; done < ROUNDS; done += AT_ONCE) {
      for (let n = 0; n < AT_ONCE; n++) body()
      await undefined
    }
    await new Promise(setImmediate)
    return ((performance.now() - startedMs) * 1e6) / ROUNDS
  }
  await round() // compiled
  const rounds = [await round(), await round(), await round()]
  return rounds.sort((a, b) => a - b)[1]!
}

import { Client as StockClient } from '@colyseus/sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { wireOf } from '../../../../client-sdk/room.ts'
import type { Client } from '../../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../../testing/index.ts'
import { eventually } from '../../../eventually.ts'
import { type Hiker, PlainRoom, type PlainState, Stone, TimedPlainRoom } from './plain-room.ts'

class BlindRoom extends PlainRoom {
  override radiusMetres = 0
  override hikers = this.interest(this.state.hikers, { x: 'x', y: 'x', radiusMetres: 0 })
}
class BoundlessRoom extends PlainRoom {
  override hikers = this.interest(this.state.hikers, {
    x: 'x',
    y: 'x',
    radiusMetres: Number.POSITIVE_INFINITY,
  })
}
const rooms = { plain: PlainRoom, timed: TimedPlainRoom, blind: BlindRoom, boundless: BoundlessRoom }
type Server = TestServer<typeof rooms>

const told = vi.fn()
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(told.mockClear()))
afterEach(() => {
  expect(told, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

async function play(name: keyof typeof rooms) {
  const server: Server = await startTestServer({ rooms })
  const client = await server.connect().joinOrCreate(name)
  const room = server.room(name, client) as unknown as PlainRoom
  const seen = () => [...client.state.hikers.keys()].filter((key) => key !== client.sessionId).sort()
  return {
    server,
    client,
    room,
    seen,
    own: () => room.state.hikers.get(client.sessionId)!,
    step: (ticks = 1) => server.step(ticks, client),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

it.each(['plain', 'timed'] as const)(
  '[IA2] a client sees what is within the radius, and loses it a little further: %s',
  async (name) => {
    await using scene = await play(name)
    const { room, client, seen, step } = scene
    expect(client.state.hikers.get(client.sessionId)?.label, 'the first state has its own').toBe(
      client.sessionId,
    )
    const anna = room.place('anna', 51)
    await step()
    expect(seen()).toEqual([])
    for (const [x, sees] of [
      [50, true],
      [54, true],
      [56, false],
      [54, false],
      [-50, true],
    ] as const) {
      anna.x = x
      await step()
      expect([x, seen().length > 0]).toEqual([x, sees])
    }
    scene.own().x = 1_000
    await step()
    expect(seen()).toEqual([])
  },
)

it('[IA2] collections have areas of their own, seen from where the client is', async () => {
  await using scene = await play('plain')
  const { room, client, step } = scene
  for (const x of [5, 15]) room.state.stones.set(`s${x}`, new Stone().assign({ x }))
  await step()
  expect([...client.state.stones.keys()]).toEqual(['s5'])
  scene.own().x = 14
  await step()
  expect([...client.state.stones.keys()].sort()).toEqual(['s15', 's5'])
})

it('[IA4] who has died goes on looking from there, and a room may move what a client looks from', async () => {
  await using scene = await play('plain')
  const { room, client, seen, step } = scene
  scene.own().x = 200
  room.place('anna', 210)
  await step()
  room.state.hikers.delete(client.sessionId)
  room.place('ben', 190)
  room.state.stones.set('s', new Stone().assign({ x: 205 }))
  await step()
  expect([seen(), client.state.stones.size]).toEqual([['anna', 'ben'], 1])
  room.place('cy', 5_000)
  const seat = room.clients.get(client.sessionId)! as Client
  room.hikers.lookFrom(seat as never, { x: 5_010, y: 0 })
  await step()
  expect(seen()).toEqual(['cy'])
  wireOf(client).connection.close()
  await eventually(() => expect(client.status).toBe('reconnecting'))
  await eventually(() => expect(client.status).toBe('open'))
  await step()
  expect(seen(), 'also after its connection broke').toEqual(['cy'])
  room.hikers.lookFrom(room.clients.get(client.sessionId)! as never, undefined)
  room.place(client.sessionId, 212)
  await step()
  expect(seen()).toEqual(['anna', 'ben'])
})

it('[IA5] who is nowhere is seen by nobody but itself, and so is who is too far away to count', async () => {
  await using scene = await play('plain')
  const { room, client, seen, step } = scene
  room.place('nowhere', 0).y = undefined as never
  for (const [at, x] of [1e300, -1e300, Number.MAX_VALUE, 2 ** 53].entries()) room.place(`far${at}`, x)
  await step()
  expect(seen()).toEqual([])
  scene.own().x = 1e300
  await step()
  expect(seen()).toEqual(['far0'])
  scene.own().y = undefined as never
  await step()
  expect(client.state.hikers.get(client.sessionId)?.x, 'its own, from where it was last').toBe(1e300)
  expect(seen()).toEqual(['far0'])
})

it('[IA5] a radius of zero shows what stands in the same place, one of the whole world all of it', async () => {
  for (const [name, expected] of [
    ['blind', ['here']],
    ['boundless', ['far', 'here']],
  ] as const) {
    await using scene = await play(name)
    scene.room.place('here', 0)
    scene.room.place('far', 1e9)
    await scene.step()
    expect(scene.seen()).toEqual(expected)
  }
})

it('[IA5] ten thousand entities in one spot arrive, move and go', async () => {
  await using scene = await play('plain')
  const { room, seen, step } = scene
  for (let n = 0; n < 10_000; n++) room.place(`n${n}`, 1)
  await step()
  expect(seen()).toHaveLength(10_000)
  for (const hiker of room.state.hikers.values()) hiker.x++
  await step()
  expect(scene.client.state.hikers.toJSON()).toEqual(room.state.hikers.toJSON())
  scene.own().x = 1_000
  await step()
  expect(seen()).toEqual([])
})

it('[IA5] who comes and goes within one tick leaves no trace, whatever it held', async () => {
  await using scene = await play('plain')
  const { room, client, seen, step } = scene
  room.place('brief', 1).bag.push(1, 2)
  room.state.hikers.delete('brief')
  await step()
  expect(seen()).toEqual([])
  room.place('anna', 1)
  room.state.hikers.delete('anna')
  room.place('anna', 2).bag.push(3)
  await step()
  expect(client.state.hikers.toJSON()).toEqual(room.state.hikers.toJSON())
  room.state.hikers.clear()
  room.place(client.sessionId, 0)
  room.place('ben', 3)
  await step()
  expect(client.state.hikers.toJSON()).toEqual(room.state.hikers.toJSON())
})

it('[IA5] a client that leaves in the middle of a patch costs the others nothing', async () => {
  await using scene = await play('plain')
  const { server, room, client, seen, step } = scene
  const others = await Promise.all([1, 2, 3].map(() => server.connect().joinById('plain', client.id)))
  await server.step(1, client, ...others)
  const leaving = room.clients.get(others[1]!.sessionId)!
  const raw = leaving.raw.bind(leaving)
  leaving.raw = (...frame) => {
    raw(...frame)
    leaving.leave(4_000)
    room.state.hikers.delete(leaving.sessionId)
  }
  room.place('anna', 3)
  await server.step(1, client, others[0]!, others[2]!)
  await eventually(() => expect(room.clients).toHaveLength(3))
  await server.step(1, client, others[0]!, others[2]!)
  expect(seen()).toEqual(['anna', others[0]!.sessionId, others[2]!.sessionId].sort())
  await step()
  expect(client.state.hikers.toJSON()).toEqual(room.state.hikers.toJSON())
})

it('[IA1] a stock client decodes an area', async () => {
  await using scene = await play('plain')
  const { server, room, client } = scene
  room.place('anna', 3).bag.push(1, 2, 3)
  room.place('ben', 3_000)
  const stock = await new StockClient(server.url.replace('https', 'wss')).joinById<PlainState>(client.id)
  await new Promise<void>((resolve) => stock.onStateChange.once(() => resolve()))
  room.state.hikers.get('anna')!.bag.splice(1, 1)
  server.server.stepRooms(1)
  await eventually(() => expect(stock.state.tick).toBe(room.state.tick))
  const near = room.state.hikers.toJSON() as Record<string, unknown>
  delete near['ben']
  expect(stock.state.hikers.toJSON()).toEqual(near)
  await stock.leave()
})

it('[IA8] a room that makes its collection anew is followed', async () => {
  await using scene = await play('plain')
  const { room, client, seen, step } = scene
  room.place('anna', 3)
  await step()
  const { MapSchema } = await import('../../../../shared/schema.ts')
  room.state.hikers = new MapSchema<Hiker>() as never
  room.place(client.sessionId, 0)
  room.place('ben', 4)
  await step()
  expect(seen()).toEqual(['ben'])
  room.place('ben', 5)
  await step()
  expect(client.state.hikers.toJSON()).toEqual(room.state.hikers.toJSON())
})

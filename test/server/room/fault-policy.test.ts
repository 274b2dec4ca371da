import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { FairgroundError } from '../../../client-sdk/index.ts'
import { GameRoom, message, request } from '../../../server/index.ts'
import { FaultCounter } from '../../../server/room/fault-counter.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

class BrittleRoom extends GameRoom {
  failing = false
  override messages = {
    poke: message(z.undefined(), () => {
      throw new Error('poked')
    }),
    later: message(z.undefined(), async () => {
      throw new Error('poked later')
    }),
  }
  override requests = { ask: request(z.undefined(), () => 'well') }
  override onTick() {
    if (this.failing) throw new Error('a step that fails')
  }
}
const rooms = { brittle: BrittleRoom, other: BrittleRoom }

/** How a client's session ends. */
function ending(room: { onStatus(callback: (status: string, error?: FairgroundError) => void): unknown }) {
  return new Promise<string | undefined>((resolve) => {
    room.onStatus((status, error) => status === 'closed' && resolve(error?.code))
  })
}

describe('a room that fails by itself', () => {
  it('[RM13] is closed in the end, its players are told why, and other rooms play on', async () => {
    await using server = await startTestServer({ rooms, limits: { maxRoomFaults: 3 } })
    const [one, two] = [
      await server.connect().joinOrCreate('brittle'),
      await server.connect().joinOrCreate('brittle'),
    ]
    const neighbour = await server.connect().joinOrCreate('other')
    const endings = [ending(one), ending(two)]
    server.room('brittle', one).failing = true
    server.server.stepRooms(4)
    expect(await Promise.all(endings)).toEqual(['ROOM_FAULTY', 'ROOM_FAULTY'])
    await eventually(() => expect(server.server.status().rooms).toBe(1))
    expect(await neighbour.request('ask', undefined)).toBe('well')
    expect((await server.connect().joinOrCreate('brittle')).id).not.toBe(one.id)
  })

  it('[RM13] goes on as long as it fails no more often than that', async () => {
    await using server = await startTestServer({ rooms, limits: { maxRoomFaults: 3 } })
    const room = await server.connect().joinOrCreate('brittle')
    server.room('brittle', room).failing = true
    await server.step(3, room)
    server.room('brittle', room).failing = false
    await server.step(5, room)
    expect(room.status).toBe('open')
  })
})

describe.each(['poke', 'later'] as const)('a client at whose messages a room fails (%s)', (type) => {
  it('[RM14] is sent away and told why; the room and everybody else stay', async () => {
    await using server = await startTestServer({ rooms, limits: { maxClientFaults: 3, maxRoomFaults: 1 } })
    const [bad, good] = [
      await server.connect().joinOrCreate('brittle'),
      await server.connect().joinOrCreate('brittle'),
    ]
    const end = ending(bad)
    for (let i = 0; i < 4; i++) bad.send(type, undefined)
    expect(await end).toBe('SESSION_FAULTY')
    expect(await good.request('ask', undefined)).toBe('well')
    await eventually(() => expect(server.server.status()).toMatchObject({ rooms: 1, clients: 1 }))
  })

  it('[RM14] stays as long as that happens seldom', async () => {
    await using server = await startTestServer({ rooms, limits: { maxClientFaults: 3 } })
    const room = await server.connect().joinOrCreate('brittle')
    for (let i = 0; i < 3; i++) room.send(type, undefined)
    expect(await room.request('ask', undefined)).toBe('well')
  })
})

describe('a count of faults', () => {
  it('forgets those that are older than its window, and remembers no more than it must', () => {
    const counter = new FaultCounter(2, 1_000)
    expect([0, 400, 800].map((nowMs) => counter.hit(nowMs))).toEqual([false, false, true])
    expect([1_900, 2_900, 3_850].map((nowMs) => counter.hit(nowMs))).toEqual([false, false, false])
    expect([3_860, 3_870].map((nowMs) => counter.hit(nowMs))).toEqual([true, true])
  })

  it('bears none where none are allowed', () => {
    expect(new FaultCounter(0, 1_000).hit(5)).toBe(true)
  })
})

import { afterEach, expect, it, vi } from 'vitest'
import type { WssClient } from '../../../../server/transport/wss-client.ts'
import { startTestServer } from '../../../../testing/index.ts'
import { Relay } from '../../../relay.ts'
import { joinAs, SDKS } from './live-player.ts'
import { PlainRoom, type PlainState, TimedPlainRoom } from './plain-room.ts'

const rooms = { plain: PlainRoom, timed: TimedPlainRoom }
afterEach(() => void vi.restoreAllMocks())

const CASES = SDKS.flatMap((sdk) => (['plain', 'timed'] as const).map((name) => [sdk, name] as const))

it.each(CASES)(
  '[IA10] who reads nothing while others come and go has all that it sees when it has drained: %s, %s',
  async (sdk, name) => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    await using server = await startTestServer({
      rooms,
      limits: { drainMs: 60_000, pingIntervalMs: 60_000 },
    })
    await using relay = await Relay.open({ port: Number(new URL(server.url).port) })
    const host = await server.connect().joinOrCreate(name)
    const room = server.room(name, host) as unknown as PlainRoom
    const slow = await joinAs<PlainState>(sdk, `https://localhost:${relay.port}`, host.id)
    const outlet = room.clients.get(slow.sessionId) as unknown as WssClient
    for (let n = 0; n < 400; n++) room.place(`h${n}`, n % 50).bag.push(n % 9)
    server.server.stepRooms(2)
    await slow.heard()
    relay.stop()
    let turn = 0
    const move = () => {
      turn++
      for (const [key, hiker] of room.state.hikers) {
        if (key === slow.sessionId) continue
        hiker.x = (hiker.x + 7) % 120
        hiker.label = `<${key} ${turn}>`.repeat(20)
        if (turn % 3 === 0) hiker.bag.shift()
      }
      if (turn % 5 === 0) room.state.hikers.delete(`h${turn}`)
      room.place(`late${turn}`, turn % 50)
      server.server.stepRooms(1)
    }
    while (!outlet.behind) move()
    for (let n = 0; n < 10; n++) move()
    relay.resume()
    await slow.heard()
    move()
    await slow.heard()
    const near = Object.fromEntries(
      Object.entries(room.state.hikers.toJSON() as Record<string, { x: number }>).filter(
        ([, { x }]) => x <= 50,
      ),
    )
    const has = slow.state.hikers.toJSON() as Record<string, { x: number }>
    const margin = Object.fromEntries(Object.entries(has).filter(([, { x }]) => x > 50))
    expect(has).toEqual({ ...margin, ...near })
    expect(Object.values(margin).filter(({ x }) => x > 55)).toEqual([])
    expect(told).not.toHaveBeenCalled()
  },
)

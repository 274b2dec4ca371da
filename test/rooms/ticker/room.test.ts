import { expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import type { Room } from '../../../client-sdk/index.ts'
import type { Feed, Quote } from '../../../rooms/ticker/feed.ts'
import { TickerRoom } from '../../../rooms/ticker/room.ts'
import { readBulletin } from '../../../rooms/ticker/wire.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

const listing = (symbol: string) => ({ symbol, name: `Share ${symbol}`, kind: 'price' as const })

/** A feed that says what the test has put into it. */
class HandFeed implements Feed {
  waiting: Quote[] = []
  broken = false
  take(): Quote[] {
    if (this.broken) throw new Error('no line to the exchange')
    return this.waiting.splice(0)
  }
}

class HandTicker extends TickerRoom {
  readonly hand = new HandFeed()
  readonly other = new HandFeed()
  readonly slow = new Set<string>()
  clockMs = 1_000_000
  override sources() {
    return [
      { name: 'hand', listings: ['A', 'B', 'C'].map(listing), feed: this.hand },
      { name: 'other', listings: [listing('D')], feed: this.other, silentAfterMs: 20_000 },
    ]
  }
  override nowMs() {
    return this.clockMs
  }
  override keepsUp(client: Parameters<TickerRoom['keepsUp']>[0]) {
    return !this.slow.has(client.sessionId) && super.keepsUp(client)
  }
}
const rooms = { ticker: HandTicker }

async function open() {
  const server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('ticker')
  const heard = hear(room)
  const inside = server.room('ticker', room)
  const tick = async (...quotes: [string, number, atMs?: number][]) => {
    for (const [symbol, price, atMs = inside.clockMs] of quotes)
      inside.hand.waiting.push({ symbol, values: [price], atMs })
    await server.step(1, room)
    inside.clockMs += 100
  }
  return { server, room, heard, inside, tick, [Symbol.asyncDispose]: () => server.close() }
}

/** The news that a client gets, by symbol's number. */
function hear(room: Room<HandTicker>): [id: number, price: number][] {
  const heard: [number, number][] = []
  room.on('bulletin', (bytes) => {
    for (const { id, values } of readBulletin(bytes).news) heard.push([id, values[0]!])
  })
  return heard
}

it('[TI1] tells each watcher of what it watches, and of nothing else', async () => {
  await using ticker = await open()
  const { room, heard, tick, server } = ticker
  await tick(['A', 1], ['B', 2])
  expect(await room.request('watch', ['A', 'C'])).toMatchObject([
    { id: 0, symbol: 'A', name: 'Share A', values: [1], history: [1] },
    { id: 2, symbol: 'C', values: [], history: [] },
  ])
  const other = await server.connect().joinOrCreate('ticker')
  const otherHeard = hear(other)
  await other.request('watch', ['B'])
  await tick(['A', 3], ['B', 4])
  await tick(['C', 5])
  expect(heard).toEqual([
    [0, 3],
    [2, 5],
  ])
  await eventually(() => expect(otherHeard).toEqual([[1, 4]]))
  await room.request('watch', [])
  await tick(['A', 9])
  expect(heard).toHaveLength(2)
})

it('[TI3] a watcher that reads slowly gets the newest of each symbol, not every one', async () => {
  await using ticker = await open()
  const { room, heard, tick, inside } = ticker
  await room.request('watch', ['A', 'B'])
  inside.slow.add(room.sessionId)
  for (let price = 1; price <= 50; price++) await tick(['A', price])
  await tick(['B', 7])
  expect(heard).toEqual([])
  inside.slow.clear()
  await tick()
  expect(heard).toEqual([
    [0, 50],
    [1, 7],
  ])
})

it('[TI2] a feed that sends nonsense, jumps back in time or names what is not there changes nothing', async () => {
  await using ticker = await open()
  const { room, heard, tick, inside } = ticker
  await room.request('watch', ['A'])
  await tick(['A', 1])
  inside.hand.waiting.push(null as never)
  await tick(['A', Number.NaN], ['A', 2, 1], ['Z', 3])
  await tick(['A', 4])
  expect(heard).toEqual([
    [0, 1],
    [0, 4],
  ])
  expect(inside.state.refused).toBe(4)
})

it('[TI2] a feed whose clock was wrong for a moment is heard again at once', async () => {
  await using ticker = await open()
  const { room, heard, tick, inside } = ticker
  await room.request('watch', ['A'])
  await tick(['A', 1, 1e15])
  await tick(['A', 2])
  expect(heard).toEqual([
    [0, 1],
    [0, 2],
  ])
  expect(inside.state.refused).toBe(0)
})

it('[TI4] a feed that stops is shown as such, one that fails is told and ends nothing', async () => {
  await using ticker = await open()
  const { room, tick, inside, server, heard } = ticker
  await room.request('watch', ['A', 'D'])
  await tick(['A', 1])
  await server.step(10, room)
  expect(room.state).toMatchObject({ live: false, silentFeeds: 'other' })
  const sayOther = (price: number) =>
    inside.other.waiting.push({ symbol: 'D', values: [price], atMs: inside.clockMs })
  sayOther(5)
  await server.step(10, room)
  expect(room.state).toMatchObject({ live: true, silentFeeds: '' })
  inside.clockMs += 5_000
  await server.step(10, room)
  expect(room.state).toMatchObject({ live: false, silentFeeds: 'hand' })
  inside.hand.broken = true
  await server.step(59, room)
  sayOther(6)
  await server.step(1, room)
  expect(heard.at(-1), 'the other feed goes on').toEqual([3, 6])
  inside.hand.broken = false
  await tick(['A', 2])
  expect(heard.at(-1)).toEqual([0, 2])
  expect(room.status).toBe('open')
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('{room="ticker",hook="feed"} 60')
})

it('[TI1] what was watched is watched again after the connection broke, with the newest at once', async () => {
  await using ticker = await open()
  const { room, heard, tick, inside, server } = ticker
  await room.request('watch', ['A'])
  ;(inside.clients.getById(room.sessionId)!.ref as WebSocket).terminate()
  await eventually(() => expect(room.status).toBe('reconnecting'))
  inside.hand.waiting.push({ symbol: 'A', values: [8], atMs: inside.clockMs })
  server.server.stepRooms(1)
  await eventually(() => expect(room.status).toBe('open'))
  await tick()
  expect(heard).toContainEqual([0, 8])
})

it.each<[string, unknown, string]>([
  ['a symbol that is not there', ['Z'], 'REQUEST_REFUSED'],
  ['too many symbols', Array.from({ length: 51 }, () => 'A'), 'MESSAGE_INVALID'],
  ['no list', 'A', 'MESSAGE_INVALID'],
])('refuses to watch %s, and the earlier watch goes on', async (_what, symbols, code) => {
  await using ticker = await open()
  const { room, heard, tick } = ticker
  await room.request('watch', ['A'])
  await expect(room.request('watch', symbols as string[])).rejects.toMatchObject({ code })
  await tick(['A', 1])
  expect(heard).toEqual([[0, 1]])
})

it('finds symbols for a watcher', async () => {
  await using ticker = await open()
  expect(await ticker.room.request('find', 'share b')).toMatchObject([{ symbol: 'B' }])
  expect(await ticker.room.request('find', '')).toHaveLength(4)
})

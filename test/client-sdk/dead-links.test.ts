import { Client as StockClient } from '@colyseus/sdk'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { connect, type Room } from '../../client-sdk/index.ts'
import { startTestServer, type TestServer } from '../../testing/index.ts'
import { DarkLine } from '../dark-line.ts'
import { eventually } from '../eventually.ts'
import { YardRoom } from './yard-room.ts'

// The official SDK tells about each try there.
beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

/** Keeps account of who is here. */
class GatedYardRoom extends YardRoom {
  readonly gate: string[] = []
  override onDrop() {
    this.gate.push('drop')
  }
  override onReconnect() {
    this.gate.push('reconnect')
  }
}
const rooms = { yard: GatedYardRoom }
const WHOLE_TEST = { timeout: 90_000 }

async function openLine(server: TestServer<typeof rooms>): Promise<DarkLine> {
  return DarkLine.open(Number(new URL(server.url).port))
}

function follow(room: Pick<Room<unknown>, 'onStatus'>): string[] {
  const told: string[] = []
  room.onStatus((status, reason) => told.push(reason ? `${status} ${reason.code}` : status))
  return told
}

/** "Within five seconds of its return" is part of the promise. */
const soon = <T>(assertion: () => T): Promise<T> => vi.waitFor(assertion, { timeout: 5_000, interval: 10 })

it(
  '[SE12] both sides notice a dead line within ten seconds, and play again within five of its return',
  WHOLE_TEST,
  async () => {
    await using server = await startTestServer({ rooms, ticks: 'real' })
    await using line = await openLine(server)
    const room = await connect<typeof server.server>(line.url).joinOrCreate('yard', { name: 'Ann' })
    const stock = await new StockClient(line.url.replace('wss:', 'https:')).join('yard')
    const stockDrop = vi.fn()
    stock.onDrop(stockDrop)
    stock.reconnection.enabled = false
    const running = server.room('yard', room)
    const told = follow(room)
    const { sessionId } = room

    line.goDark('toClient', 'toServer')
    running.state.bell = 7
    await Promise.all([
      eventually(() => expect(told).toEqual(['reconnecting'])),
      eventually(() => expect(running.gate.filter((event) => event === 'drop')).toHaveLength(2)),
    ])
    expect(stock.connection.isOpen, 'the official SDK takes it for open').toBe(true)
    expect(stockDrop).not.toHaveBeenCalled()

    room.send('shout', 'anybody there?')
    line.comeBack()
    await soon(() => expect(told).toEqual(['reconnecting', 'open']))
    await soon(() => expect(running.heard).toEqual(['anybody there?']))
    await soon(() => expect(room.state.bell).toBe(7))
    expect(room.sessionId).toBe(sessionId)
    expect(running.gate).toContain('reconnect')
    expect(await room.request('double', 4)).toEqual({ doubled: 8 })
  },
)

describe.each(['toClient', 'toServer'] as const)('[SE12] a line that carries nothing %s', (direction) => {
  it('is noticed, and the session goes on when it does again', WHOLE_TEST, async () => {
    await using server = await startTestServer({ rooms, ticks: 'real' })
    await using line = await openLine(server)
    const room = await connect<typeof server.server>(line.url).joinOrCreate('yard')
    const told = follow(room)
    line.goDark(direction)
    await eventually(() => expect(told).toContain('reconnecting'))
    line.comeBack()
    await soon(() => expect(told.at(-1)).toBe('open'))
    expect(await room.request('double', 4)).toEqual({ doubled: 8 })
    expect([...server.room('yard', room).state.children.keys()]).toEqual([room.sessionId])
  })
})

it('[SE12] a break too short to be noticed costs nothing', WHOLE_TEST, async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  await using line = await openLine(server)
  const room = await connect<typeof server.server>(line.url).joinOrCreate('yard')
  const told = follow(room)
  line.goDark('toClient', 'toServer')
  const reply = room.request('double', 4)
  await new Promise((done) => setTimeout(done, 3_000))
  line.comeBack()
  expect(await reply).toEqual({ doubled: 8 })
  expect(told).toEqual([])
})

it('[SE12] a line on which nobody has anything to say is kept', WHOLE_TEST, async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  await room.ping()
  const before = room.traffic.receivedFrames
  // Nothing but signs of life arrives. Without them it would be taken for dead before the fourth.
  await vi.waitFor(() => expect(room.traffic.receivedFrames).toBeGreaterThan(before + 4), { timeout: 40_000 })
  expect(told).toEqual([])
})

it('[SE12] an open socket that nobody listens to is noticed, too', WHOLE_TEST, async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const room = await server.connect().joinOrCreate('yard')
  const told = follow(room)
  // As plain Colyseus leaves the owner of a session that somebody took over.
  const { ref } = server.room('yard', room).clients.getById(room.sessionId)!
  ;(ref as WebSocket).removeAllListeners('message')
  await eventually(() => expect(told).toContain('reconnecting'))
  await soon(() => expect(told.at(-1)).toBe('open'))
})

it(
  '[SE12] a line that dies between seat and socket ends the join with CONNECT_TIMEOUT',
  WHOLE_TEST,
  async () => {
    await using server = await startTestServer({ rooms, ticks: 'real' })
    await using line = await openLine(server)
    const real = globalThis.fetch
    const spied = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
      const response = await real(...args)
      const text = await response.text()
      if (String(args[0]).includes('/matchmake/')) line.goDark('toClient', 'toServer')
      return new Response(text, { status: response.status })
    })
    try {
      const joining = connect<typeof server.server>(line.url).joinOrCreate('yard')
      await expect(joining).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT', retry: 'later' })
    } finally {
      spied.mockRestore()
    }
  },
)

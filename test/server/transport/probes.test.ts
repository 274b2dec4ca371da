import { once } from 'node:events'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'

const rooms = { hall: class extends GameRoom {} }

/** An open socket without a seat, and its close code to come. */
async function probe(server: TestServer<typeof rooms>, query: string) {
  const socket = new WebSocket(`${server.url.replace('https', 'wss')}/${query}`)
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  return { socket, closed }
}

const isOpen = ({ socket }: { socket: WebSocket }): boolean => socket.readyState === WebSocket.OPEN

it('[HT9] a silent probe is held for as long as it asks, one that does not ask for a second', async () => {
  await using server = await startTestServer({ rooms })
  const held = await probe(server, '?hold=3')
  const short = await probe(server, '')
  expect(await short.closed).toBe(1000)
  expect(isOpen(held)).toBe(true)
  expect(await held.closed).toBe(1000)
})

it('[HT9] a held probe that speaks after its first second has to go', async () => {
  await using server = await startTestServer({ rooms })
  const held = await probe(server, '?hold=100')
  held.socket.send('a')
  await once(held.socket, 'message')
  await (await probe(server, '')).closed
  expect(isOpen(held)).toBe(true)
  held.socket.send('b')
  expect(await held.closed).toBe(1000)
})

it('[HT9] no more than eight are held at once, and a place that is left is free again', async () => {
  await using server = await startTestServer({ rooms })
  const eight = await Promise.all(Array.from({ length: 8 }, () => probe(server, '?hold=100')))
  const ninth = await probe(server, '?hold=100')
  expect(await ninth.closed).toBe(1000)
  expect(eight.every(isOpen)).toBe(true)
  eight[0]!.socket.close()
  await eight[0]!.closed
  const next = await probe(server, '?hold=100')
  await (await probe(server, '')).closed
  expect(isOpen(next)).toBe(true)
})

it('[HT9] times that are none, or too long, count as not asked for', async () => {
  await using server = await startTestServer({ rooms })
  const held = await probe(server, '?hold=100')
  for (const query of ['?hold=121', '?hold=-5', '?hold=nonsense', '?hold=Infinity', '?hold=1e99', '?hold=']) {
    expect(await (await probe(server, query)).closed, query).toBe(1000)
  }
  expect(isOpen(held)).toBe(true)
})

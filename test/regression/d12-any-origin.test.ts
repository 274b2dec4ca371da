import { once } from 'node:events'
import { Room } from '@colyseus/core'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { GameRoom } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D12: any web page may play for its visitor: WebSockets open whatever their Origin is, and CORS lets it read everything.

class PlainHall extends Room {}
class Hall extends GameRoom {}
const FOREIGN = 'https://foreign.example'

/** What a page of another site gets: an answer that its browser lets it read, and a WebSocket. */
async function foreignPage(url: string, room: string) {
  const headers = { origin: FOREIGN, 'content-type': 'application/json' }
  const seat = await fetch(`${url}/matchmake/joinOrCreate/${room}`, { method: 'POST', body: '{}', headers })
  const socket = new WebSocket(url.replace('http', 'ws'), { origin: FOREIGN })
  onTestFinished(() => socket.terminate())
  socket.on('error', () => {})
  const opened = await Promise.race([
    once(socket, 'open').then(() => 'open'),
    once(socket, 'unexpected-response').then(
      ([, response]) => (response as { statusCode: number }).statusCode,
    ),
  ])
  const { status } = seat
  const allowed = seat.headers.get('access-control-allow-origin')
  return { status, allowed, credentials: seat.headers.get('access-control-allow-credentials'), opened }
}

it('plain Colyseus gives a foreign page a seat, lets it read the answer, and opens its WebSocket', async () => {
  await using server = await startPlainColyseus(PlainHall)
  const got = await foreignPage(server.url.replace('ws:', 'http:'), 'room')
  expect(got).toEqual({ status: 200, allowed: FOREIGN, credentials: 'true', opened: 'open' })
})

it('[HT1] here it gets nothing', async () => {
  await using server = await startTestServer({ rooms: { hall: Hall } })
  const got = await foreignPage(server.url, 'hall')
  expect(got).toEqual({ status: 403, allowed: null, credentials: null, opened: 403 })
})

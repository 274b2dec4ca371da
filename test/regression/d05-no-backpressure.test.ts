import { Room } from '@colyseus/core'
import type { Client as StockClient } from '@colyseus/sdk'
import { expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { GameRoom } from '../../server/index.ts'
import type { WssClient } from '../../server/transport/wss-client.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

// D5: Colyseus writes to a client that does not read until the memory is full.

// Without a global WebSocket the official SDK takes the ws package, whose sockets can be paused.
vi.stubGlobal('WebSocket', undefined)
const { Client } = await import('@colyseus/sdk')
const { startPlainColyseus } = await import('./plain-colyseus.ts')
const { startTestServer } = await import('../../testing/index.ts')
vi.unstubAllGlobals()

const BoardState = schema({ text: t.string().default('') }, 'BoardState')
type BoardState = SchemaType<typeof BoardState>

const PATCHES = 1_000
const text = (n: number) => `${n} `.repeat(5_000)

class BoardRoom extends GameRoom<{ state: BoardState; events: { news: string } }> {
  override state = new BoardState()
}
class PlainBoardRoom extends Room<{ state: BoardState }> {
  override state = new BoardState()
  override patchRate = null as never
}

/** A stock client whose socket reads nothing any more. */
async function deaf(client: StockClient, name: string) {
  const room = await client.joinOrCreate<BoardState>(name)
  await new Promise((done) => room.ping(done))
  ;(room.connection.transport as unknown as { ws: WebSocket }).ws.pause()
  return room
}

it('plain Colyseus: what a client does not read piles up in the process', async () => {
  await using server = await startPlainColyseus(PlainBoardRoom)
  const room = server.room(await deaf(server.connect(), 'room'))
  const socket = room.clients[0]!.ref as WebSocket
  for (let n = 0; n < PATCHES && socket.bufferedAmount < 4_000_000; n++) {
    room.state.text = text(n)
    room.broadcastPatch()
  }
  expect(socket.bufferedAmount).toBeGreaterThan(4_000_000)
  socket.terminate()
})

it.each(['state', 'messages'] as const)('what a client does not read does not pile up: %s', async (what) => {
  await using server = await startTestServer({
    rooms: { board: BoardRoom },
    limits: { pingIntervalMs: 60_000 },
  })
  const joined = await deaf(new Client(server.url.replace('https:', 'wss:')), 'board')
  const room = server.room('board', { id: joined.roomId })
  const outlet = room.clients[0] as unknown as WssClient
  let most = 0
  for (let n = 0; n < PATCHES; n++) {
    if (what === 'state') room.state.text = text(n)
    else room.broadcast('news', text(n))
    server.server.stepRooms(1)
    most = Math.max(most, outlet.queuedBytes)
    if (n % 50 === 0) await new Promise((done) => setImmediate(done))
  }
  // The mark of the socket and the messages that may wait, and a little for what is being written.
  expect(most).toBeLessThan((64 + 256 + 64) * 1024)
  outlet.ref.terminate()
})

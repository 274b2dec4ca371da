import { join } from 'node:path'
import { Protocol } from '@colyseus/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { wireOf } from '../../client-sdk/room.ts'
import { GameRoom, message } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { takeSeat } from '../raw-seat.ts'
import { Victim } from '../victim.ts'

// D1: Colyseus closes the connection of who sends an unknown message type, with the type in the close reason. Over 123
// bytes ws throws in its message listener, and the process ends: one frame stops every match.

class QuietRoom extends GameRoom {
  override messages = { hello: message(z.string(), (client, text) => client.send('hello', text)) }
}
const rooms = { quiet: QuietRoom }
const uncaught = vi.fn()
beforeEach(() => void process.on('uncaughtException', uncaught))
afterEach(() => {
  process.off('uncaughtException', uncaught)
  expect(uncaught).not.toHaveBeenCalled()
})

it('plain Colyseus ends at the first such frame', async () => {
  await using victim = await Victim.start(join(import.meta.dirname, 'victims/stick-server.ts'), {
    SIDE: 'plain',
  })
  const seat = await takeSeat(victim.url, 'joinOrCreate/stick')
  await seat.heard()
  seat.send(Protocol.ROOM_DATA, 0xd9, 100, ...Array<number>(100).fill(0x78))
  await eventually(async () => expect(await victim.fate()).toBe('ended with 1'))
})

it.each([
  ['a long name', 'x'.repeat(200)],
  ['a name at the edge of a close frame', 'x'.repeat(87)],
  ['a name of long characters', '🎪'.repeat(60)],
  ['a very long name', 'x'.repeat(8_000)],
])('an unknown message type with %s harms nobody', async (_what, type) => {
  await using server = await startTestServer({ rooms })
  const [bad, good] = await Promise.all([1, 2].map(() => server.connect().joinOrCreate('quiet')))
  const codes: string[] = []
  bad!.onError(({ code, message }) => codes.push(code, String(message.length < 200)))
  wireOf(bad!).send(type as never)
  wireOf(bad!).sendBytes(type, new Uint8Array([1, 2, 3]))
  await expect(bad!.request(type as never, undefined as never)).rejects.toMatchObject({
    code: 'MESSAGE_UNKNOWN',
  })
  await bad!.ping()
  expect(codes).toEqual(['MESSAGE_UNKNOWN', 'true', 'MESSAGE_UNKNOWN', 'true'])
  expect([bad!.status, good!.status]).toEqual(['open', 'open'])
  const heard = new Promise((resolve) => wireOf(good!).onMessage('hello', resolve))
  wireOf(good!).send('hello' as never, 'still here' as never)
  expect(await heard).toBe('still here')
})

it.each([
  ['text', 'x'.repeat(500)],
  ['long characters', '🎪'.repeat(100)],
])('a room may end a session with a reason of any length: %s', async (_what, reason) => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('quiet')
  const closed = new Promise<string | undefined>((resolve) => {
    room.onStatus((status, error) => status === 'closed' && resolve(error?.message))
  })
  server.room('quiet', room).clients.getById(room.sessionId)!.leave(4002, reason)
  const told = await closed
  expect(told?.length).toBeGreaterThan(10)
  expect(reason.startsWith(told!)).toBe(true)
  await eventually(async () => expect((await fetch(`${server.url}/healthz`)).status).toBe(200))
})

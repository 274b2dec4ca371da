import { Client as StockClient } from '@colyseus/sdk'
import pino from 'pino'
import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { wireOf } from '../../../client-sdk/room.ts'
import { memoryStorage } from '../../../client-sdk/storage.ts'
import { GameRoom, message } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { ask } from '../../ask.ts'
import { eventually } from '../../eventually.ts'
import { openSocket } from './clients.ts'

/** Fails wherever it can, so that everything is written that would be. */
class ClumsyRoom extends GameRoom {
  static failing = false
  static override async onAuth(token: string, options: unknown, context: never) {
    if (ClumsyRoom.failing) throw new Error('in onAuth')
    return GameRoom.onAuth(token, options, context)
  }
  override messages = {
    fail: message(z.unknown(), () => {
      throw new Error('in a handler')
    }),
  }
  override onJoin() {
    if (ClumsyRoom.failing) throw new Error('in onJoin')
  }
  override onDrop() {
    throw new Error('in onDrop')
  }
  override onReconnect() {
    if (ClumsyRoom.failing) throw new Error('in onReconnect')
  }
  override onLeave() {
    throw new Error('in onLeave')
  }
}

it('[SE17] of a whole session, with everything that can go wrong, no secret is in any log line or address', async () => {
  const output: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void output.push(line) })
  const outlets = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...args) => void output.push(args.map(String).join(' '))),
  )
  const addresses: string[] = []
  const secrets = new Set<string>()
  {
    await using server = await startTestServer({ rooms: { clumsy: ClumsyRoom }, log })
    const storage = memoryStorage()
    const note = (room: { sessionId: string; reconnectionToken: string }) => {
      secrets.add(room.reconnectionToken.split(':')[1]!)
      const { transport } = wireOf(room).connection as unknown as { transport: { ws: WebSocket } }
      addresses.push(transport.ws.url)
      return room
    }
    const room = await server.connect({ storage }).joinOrCreate('clumsy')
    note(room)
    secrets.add(
      (storage as unknown as { getItem(key: string): string }).getItem(`fairground.guest:${server.url}`),
    )
    room.send('fail', 'payload')
    const statuses: string[] = []
    room.onStatus((status) => void statuses.push(status))
    await room.ping()
    const { clients } = server.room('clumsy', room)
    ;(clients.getById(room.sessionId)!.ref as unknown as { terminate(): void }).terminate()
    await eventually(() => expect(statuses).toEqual(['reconnecting', 'open']))
    note(room)
    await server.connect().resume('clumsy', room.reconnectionToken)
    const again = (await server.connect({ storage }).resume('clumsy', room.reconnectionToken))!
    note(again)
    ClumsyRoom.failing = true
    const token = await ask(`${server.url}/auth/guest`)
    secrets.add(token.body.token as string)
    const stock = new StockClient(server.url.replace('https:', 'wss:'))
    stock.auth.token = token.body.token
    await expect(stock.joinOrCreate('clumsy')).rejects.toThrow()
    const failed = server.connect({ storage }).resume('clumsy', again.reconnectionToken)
    await expect(failed).rejects.toMatchObject({ code: 'JOIN_FAILED' })
    ClumsyRoom.failing = false
    const seat = `sessionId=${'s'.repeat(22)}&reconnectionToken=${'r'.repeat(43)}&_authToken=${'a'.repeat(30)}`
    for (const secret of ['s'.repeat(22), 'r'.repeat(43), 'a'.repeat(30)]) secrets.add(secret)
    await openSocket(`${server.url}/process/${again.id}?${seat}`)
    await ask(`${server.url}/matchmake/reconnect/x`, { body: `{"reconnectionToken":"${'r'.repeat(43)}"}` })
    await ask(`${server.url}/matchmake/joinOrCreate/clumsy?${seat}`, { body: '{' })
    await again.leave()
  }
  for (const outlet of outlets) outlet.mockRestore()
  expect(output.filter((line) => line.includes('failed')).length, 'there was much to log').toBeGreaterThan(4)
  expect(secrets.size).toBe(8)
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20)
    expect(output.filter((line) => line.includes(secret))).toEqual([])
  }
  expect(addresses).toHaveLength(3)
  for (const address of addresses)
    expect(address).toMatch(/^wss:\/\/localhost:\d+\/[\w-]+\/[\w-]+(\?skipHandshake=\w+)?\??$/)
})

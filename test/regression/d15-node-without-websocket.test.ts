import { Room } from '@colyseus/core'
import { Client, type Room as ClientRoom } from '@colyseus/sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { createServer, GameRoom } from '../../server/index.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D15: Colyseus uses the global WebSocket of Node 22. On an older Node everything works until somebody reconnects.

class PlainHall extends Room {
  override onDrop(client: never, code?: number) {
    if (code === 1006) void this.allowReconnection(client, 5).catch(() => {})
  }
}
class Hall extends GameRoom {}

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(() => {})
})
afterEach(() => void vi.unstubAllGlobals())

/** Whether a player whose connection breaks is taken back. */
async function comesBack(url: string, room: ClientRoom, running: Room): Promise<boolean> {
  room.reconnection.enabled = false
  const left = new Promise((resolve) => room.onLeave(resolve))
  ;(running.clients.getById(room.sessionId)!.ref as unknown as WebSocket).terminate()
  await left
  return new Client(url).reconnect(room.reconnectionToken).then(
    () => true,
    () => false,
  )
}

it('plain Colyseus starts on such a Node, and takes nobody back', async () => {
  await using server = await startPlainColyseus(PlainHall)
  const join = async () => {
    const room = await server.connect().joinOrCreate('room')
    await new Promise<number>((resolve) => room.ping(resolve))
    return [server.url, room, server.room(room)] as const
  }
  expect(await comesBack(...(await join()))).toBe(true)
  vi.stubGlobal('WebSocket', undefined)
  expect(await comesBack(...(await join()))).toBe(false)
})

it('here no server is made there, and the error says what to install', () => {
  vi.stubGlobal('WebSocket', undefined)
  const make = () => createServer({ rooms: { hall: Hall }, log: 'silent' })
  expect(make).toThrow(
    expect.objectContaining({ code: 'NODE_TOO_OLD', next: expect.stringContaining('Node') }),
  )
})

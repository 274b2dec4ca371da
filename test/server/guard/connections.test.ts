import { readFileSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import { type FairgroundServer, GameRoom } from '../../../server/index.ts'
import { DEFAULT_LIMITS as limits } from '../../../server/limits.ts'
import { startTestServer } from '../../../testing/index.ts'
import { ask, askOften } from '../../ask.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { eventually } from '../../eventually.ts'
import { startServerProcess } from '../server-process.ts'
import { openSocket, refusals } from './clients.ts'

/** Lets nobody in for as long as the test likes. */
class SlowDoorRoom extends GameRoom {
  static open: Promise<void> = Promise.resolve()
  override async onJoin() {
    await SlowDoorRoom.open
  }
}
const rooms = { yard: YardRoom, door: SlowDoorRoom }

it('[GD3] of 300 players from one address 100 get in, and another address plays on', async () => {
  await using server = await startTestServer({
    rooms,
    limits: { ...limits, joinBurst: 1_000, seatReservationMs: 60_000, joinAckMs: 60_000 },
  })
  const honest = await server.connect().joinOrCreate('yard')
  const from = '127.0.0.2'
  const seats = await askOften(300, `${server.url}/matchmake/joinOrCreate/door`, { from })
  const opened = await Promise.all(
    seats.map(({ body: { processId, roomId, sessionId } }) =>
      openSocket(`${server.url}/${processId}/${roomId}?sessionId=${sessionId}`, { from }),
    ),
  )
  expect(opened.filter((result) => result === 429)).toHaveLength(200)
  expect(await refusals(server.url, 'sockets_of_address')).toBe(200)
  const join = await ask(`${server.url}/matchmake/joinOrCreate/yard`, { from })
  expect(join).toMatchObject({ status: 429, body: { name: 'LIMIT_REACHED' } })
  expect(await honest.request('double', 4)).toEqual({ doubled: 8 })
  await server.connect().joinOrCreate('yard')
})

it('[GD3] a WebSocket that closes makes place for another one', async () => {
  await using server = await startTestServer({ rooms, limits: { ...limits, maxSocketsPerAddress: 2 } })
  const open = () => openSocket(`${server.url}/`, { from: '127.0.0.2' })
  const first = await open()
  expect(await open()).toBe(429)
  ;(first as { close(): void }).close()
  await eventually(async () => expect(await open()).not.toBe(429))
})

/** A connection that never says anything. */
function silent(port: number, from: string): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', localAddress: from })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket))
    socket.once('close', () => resolve(socket))
  })
}

it('[GD2] of 1,000 connections that never finish 500 are held, in little memory, and for a while only', async () => {
  const { port, url, caPath, memoryBytes } = await startServerProcess({
    limits: { ...limits, handshakeTimeoutMs: 8_000 },
  })
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath!, 'utf8')])
  const client = connect<FairgroundServer<{ yard: typeof YardRoom }>>(url.replace('https', 'wss'))
  const honest = await client.joinOrCreate('yard')
  const before = await memoryBytes()
  const sockets = await Promise.all(Array.from({ length: 1_000 }, () => silent(port, '127.0.0.2')))
  const open = () => sockets.filter((socket) => !socket.destroyed).length
  for (const socket of sockets) socket.resume()
  await eventually(() => expect(open()).toBe(500))
  expect(await honest.request('double', 4)).toEqual({ doubled: 8 })
  expect((await memoryBytes()) - before).toBeLessThan(64 * 1024 * 1024)
  await eventually(() => expect(open()).toBe(0))
  expect(await honest.request('double', 4)).toEqual({ doubled: 8 })
  await honest.leave()
})

it('[GD2] beyond maxConnections nobody comes in, until somebody has gone', async () => {
  await using server = await startTestServer({ rooms, limits: { ...limits, maxConnections: 3 } })
  const { port } = server.server.address!
  const sockets = await Promise.all(['127.0.0.2', '127.0.0.3', '127.0.0.4'].map((from) => silent(port, from)))
  await expect(ask(`${server.url}/healthz`, { method: 'GET' })).rejects.toThrow()
  sockets[0]!.destroy()
  await eventually(async () =>
    expect((await ask(`${server.url}/healthz`, { method: 'GET' })).status).toBe(200),
  )
})

it('[GD10] a client that the room does not let in in time is told so and closed', async () => {
  await using server = await startTestServer({ rooms, limits: { ...limits, takeSeatMs: 300 } })
  let letIn = () => {}
  SlowDoorRoom.open = new Promise((resolve) => {
    letIn = resolve
  })
  await expect(server.connect().joinOrCreate('door')).rejects.toMatchObject({ code: 'JOIN_FAILED' })
  expect(await refusals(server.url, 'late_seat')).toBe(1)
  letIn()
  await server.connect().joinOrCreate('door')
})

import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { startTestServer } from '../../testing/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'

it('closes although a connection is open that never sent a request, nor finished its handshake', async () => {
  await using server = await startTestServer({ rooms: { yard: YardRoom } })
  const { port } = server.server.address!
  const silent = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  })
  await once(silent, 'secureConnect')
  const unfinished = connectTcp({ port, host: '127.0.0.1' })
  await once(unfinished, 'connect')
  const ended = [silent, unfinished].map((socket) => {
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    return once(socket.resume(), 'close')
  })
  await server.server.close()
  await Promise.all(ended)
  expect(server.server.address).toBeUndefined()
})

/** The worlds on Socket.io with JSON, as most people write them first: each tick everything that is in sight. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import type { Heading, WorldOptions, WorldServer } from '../simulation.ts'
import { credential } from './credential.ts'
import { HandMadeRooms, type Member } from './hand-made.ts'

export async function listen(options: WorldOptions): Promise<WorldServer> {
  const https = createServer(credential(options))
  const io = new Server(https, { transports: ['websocket'], serveClient: false })
  const rooms = new HandMadeRooms<Socket>(options, (room) => {
    if (options.roomSize) {
      const key = room.members[0]?.connection.data.room as string | undefined
      if (key) io.to(key).emit('state', { tick: room.tick, players: room.members.map(seen) })
      return
    }
    for (const member of room.members) {
      const players: ReturnType<typeof seen>[] = []
      room.near(member, (other) => players.push(seen(other)))
      member.connection.emit('state', { tick: room.tick, input: member.consumed, players })
    }
  })
  io.on('connection', (socket) => {
    const key = String(socket.handshake.query['room'])
    const room = rooms.room(key)
    socket.data.room = key
    void socket.join(key)
    const member = room.join(socket)
    socket.emit('welcome', member.id)
    socket.on('input', ({ x, y }: Heading) => room.input(member, { x, y }))
    socket.on('disconnect', () => room.leave(member))
  })
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(https.address() as AddressInfo).port}`,
    truth: () => rooms.truth(),
  }
}

function seen({ id, name, health, x, y }: Member<Socket>) {
  return { id, name, health, x, y }
}

/** The worlds on `ws` over TLS alone, packed by hand: what a server for this one game could cost at the least. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { Packer, WELCOME } from '../packed.ts'
import type { WorldOptions, WorldServer } from '../simulation.ts'
import { credential } from './credential.ts'
import { type HandMadeRoom, HandMadeRooms, type Member } from './hand-made.ts'

type BareRoom = HandMadeRoom<WebSocket>
type BareMember = Member<WebSocket>

export async function listen(options: WorldOptions): Promise<WorldServer> {
  const https = createServer(credential(options))
  const sockets = new WebSocketServer({ server: https, perMessageDeflate: false })
  const packer = new Packer()
  const rooms = new HandMadeRooms<WebSocket>(options, (room) => {
    packer.offset = 0
    if (options.roomSize) sendToAll(packer, room)
    else sendWhatIsNear(packer, room)
  })
  sockets.on('connection', (socket, { url }) => {
    const room = rooms.room(new URL(url!, 'https://localhost').searchParams.get('room')!)
    const member = room.join(socket)
    socket.on('message', (frame: Buffer) => {
      room.input(member, { x: frame.readFloatLE(0), y: frame.readFloatLE(4) })
    })
    socket.on('close', () => room.leave(member))
    const welcome = Buffer.alloc(5, WELCOME)
    welcome.writeUInt32LE(member.id, 1)
    socket.send(welcome)
  })
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(https.address() as AddressInfo).port}`,
    truth: () => rooms.truth(),
  }
}

/** Everybody gets the same moves; only who is new to somebody is told in full. */
function sendToAll(packer: Packer, room: BareRoom): void {
  const timeMs = room.tick * 50
  for (const member of room.members) packer.move(member)
  const movesEnd = packer.offset
  for (const member of room.members) {
    packer.offset = movesEnd
    const upToDate = member.toldOf === room.changes
    if (!upToDate) {
      member.toldOf = room.changes
      for (const other of room.members) tell(packer, room, member, other)
      leave(packer, room, member)
    }
    member.connection.send(packer.frame(upToDate ? 0 : movesEnd, timeMs, member.consumed))
  }
}

function sendWhatIsNear(packer: Packer, room: BareRoom): void {
  const timeMs = room.tick * 50
  for (const member of room.members) {
    packer.offset = 0
    room.near(member, (other) => tell(packer, room, member, other))
    leave(packer, room, member)
    member.connection.send(packer.frame(0, timeMs, member.consumed))
  }
}

function tell(packer: Packer, room: BareRoom, { seen }: BareMember, other: BareMember): void {
  if (seen.has(other)) packer.move(other)
  else packer.enter(other)
  seen.set(other, room.tick)
}

function leave(packer: Packer, room: BareRoom, { seen }: BareMember): void {
  for (const [other, tick] of seen) {
    if (tick === room.tick) continue
    seen.delete(other)
    packer.left(other.id)
  }
}

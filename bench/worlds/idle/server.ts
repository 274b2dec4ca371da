/** One of the four servers with nothing to do, for looking at its memory: answers its parent over IPC. */
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, matchMaker, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { Server as SocketServer } from 'socket.io'
import { WebSocketServer } from 'ws'
import { createServer, GameRoom } from '../../../server/index.ts'
import { schema, t } from '../../../shared/schema.ts'
import { OF_ONE_ADDRESS } from '../../../testing/one-address.ts'
import { settledMemory } from '../../parts/settled-memory.ts'
import { WELCOME } from '../packed.ts'
import type { Side } from '../server-process.ts'
import { credential } from '../servers/credential.ts'

const FILES = { cert: process.env['BENCH_CERT']!, key: process.env['BENCH_KEY']! }
const SEATS = 100
const WELCOME_BYTES = 5
const Lobby = schema({ players: t.uint16().default(0) }, 'Lobby')

class FairgroundLobby extends GameRoom {
  override maxClients = SEATS
  override autoDispose = false
  override state = new Lobby()
}

class PlainLobby extends Room {
  override maxClients = SEATS
  override autoDispose = false
  override state = new Lobby()
}

interface IdleServer {
  port: number
  seats(): number
}

async function fairground(): Promise<IdleServer> {
  const server = createServer({
    rooms: { lobby: FairgroundLobby },
    log: 'error',
    limits: { ...OF_ONE_ADDRESS, joinsPerSecond: 1e6, overloadDelayMs: 1e6, maxRooms: 1e6 },
    dataFolder: `${process.env['BENCH_FOLDER']}/data`,
    tls: { files: FILES },
  })
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  return { port, seats: () => server.status().clients }
}

async function plain(): Promise<IdleServer> {
  const https = createHttpsServer(credential(FILES))
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: https }) })
  server.define('lobby', PlainLobby)
  await server.listen(0, '127.0.0.1')
  return { port: portOf(https), seats: () => matchMaker.stats.local.ccu }
}

async function bareWs(): Promise<IdleServer> {
  const https = createHttpsServer(credential(FILES))
  const sockets = new WebSocketServer({ server: https, perMessageDeflate: false })
  sockets.on('connection', (socket) => socket.send(Buffer.alloc(WELCOME_BYTES, WELCOME)))
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve))
  return { port: portOf(https), seats: () => sockets.clients.size }
}

async function socketIo(): Promise<IdleServer> {
  const https = createHttpsServer(credential(FILES))
  const io = new SocketServer(https, { transports: ['websocket'], serveClient: false })
  io.on('connection', (socket) => {
    void socket.join('lobby')
    socket.emit('welcome', 1)
  })
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve))
  return { port: portOf(https), seats: () => io.of('/').sockets.size }
}

function portOf(https: { address(): unknown }): number {
  return (https.address() as AddressInfo).port
}

const LISTEN: Record<Side, () => Promise<IdleServer>> = {
  fairground,
  plain,
  'bare-ws': bareWs,
  'socket-io': socketIo,
}
let server: IdleServer

const answers = {
  listen: async () => {
    server = await LISTEN[process.env['BENCH_SIDE'] as Side]()
    return { port: server.port }
  },
  memory: async () => ({ ...(await settledMemory()), clients: server.seats() }),
  /** Opens rooms where nobody is. */
  rooms: async ({ count }: { count: number }) => {
    for (let n = 0; n < count; n++) await matchMaker.createRoom('lobby', {})
    return { rooms: matchMaker.stats.local.roomCount }
  },
}

process.on('message', async (message: { type: keyof typeof answers }) => {
  process.send!(await answers[message.type](message as never))
})

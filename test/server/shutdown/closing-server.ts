/**
 * A server that is told to shut down, plain or ours, with rooms that make it hard. Says over IPC where it listens, and
 * beats. `SIDE` is `plain` or `ours`, `FOLDER` a folder of its own, `LIMITS` limits as JSON.
 */
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { createServer, GameRoom } from '../../../server/index.ts'

const folder = process.env['FOLDER']!
const never = () => new Promise<void>(() => {})

class PlainHangingRoom extends Room {
  override onDispose() {
    return never()
  }
}

class CalmRoom extends GameRoom {
  override onDispose() {
    writeFileSync(`${folder}/saved`, this.roomName)
  }
}
class HangingInDisposeRoom extends GameRoom {
  override onDispose() {
    return never()
  }
}
class HangingBeforeRoom extends GameRoom {
  override onBeforeShutdown() {
    return never()
  }
}
class LoopingRoom extends GameRoom {
  override onBeforeShutdown() {
    for (;;);
  }
}
class HangingInLeaveRoom extends GameRoom {
  override onLeave() {
    return never()
  }
}

const rooms = {
  calm: CalmRoom,
  onDispose: HangingInDisposeRoom,
  onBeforeShutdown: HangingBeforeRoom,
  onLeave: HangingInLeaveRoom,
  looping: LoopingRoom,
}
export type ClosingServer = { '~rooms': typeof rooms }

async function listenPlain() {
  const http = createHttpServer()
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: http }) })
  server.define('onDispose', PlainHangingRoom)
  await server.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

function listenOurs() {
  const server = createServer({
    rooms,
    log: 'silent',
    dataFolder: `${folder}/data`,
    certsFolder: `${folder}/certs`,
    limits: JSON.parse(process.env['LIMITS'] ?? '{}') as object,
  })
  return server.listen({ port: 0, host: '127.0.0.1' })
}

process.on('message', (question) => {
  if (question === 'folder') process.send!({ answer: 'folder', value: folder })
})
process.send!(await (process.env['SIDE'] === 'plain' ? listenPlain() : listenOurs()))
setInterval(() => process.send!('beat'), 50).unref()

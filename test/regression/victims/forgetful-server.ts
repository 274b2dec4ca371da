/**
 * A server whose room forgets a promise that fails, plain or ours. Says over IPC where it listens, and beats. `SIDE` is
 * `plain` or `ours`, `FOLDER` a folder of its own.
 */
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { z } from 'zod'
import { createServer, GameRoom, message } from '../../../server/index.ts'

const forget = async () => {
  throw new Error('forgotten promise')
}

class PlainRoom extends Room {
  override messages = { forget: () => void forget(), hello: () => {} }
}
class OurRoom extends GameRoom {
  override messages = { forget: message(z.undefined(), () => void forget()) }
}

async function listenPlain() {
  const http = createHttpServer()
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: http }) })
  server.define('stick', PlainRoom)
  await server.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

function listenOurs() {
  const folder = process.env['FOLDER']!
  const server = createServer({
    rooms: { stick: OurRoom },
    log: 'silent',
    dataFolder: `${folder}/data`,
    certsFolder: `${folder}/certs`,
  })
  return server.listen({ port: 0, host: '127.0.0.1' })
}

process.send!(await (process.env['SIDE'] === 'plain' ? listenPlain() : listenOurs()))
setInterval(() => process.send!('beat'), 50).unref()

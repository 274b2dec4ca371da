/**
 * A server that a test may lose: plain Colyseus, or ours, with the same room. Says over IPC where it listens, and beats
 * while its event loop turns. `SIDE` is `plain` or `ours`, `FOLDER` a folder of its own.
 */
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { z } from 'zod'
import { createServer, GameRoom, message } from '../../../server/index.ts'
import { schema, t } from '../../../shared/schema.ts'

const Stick = schema({ x: t.float32().default(0) }, 'Stick')

class PlainRoom extends Room {
  override inputs = this.defineInput(Stick)
  override messages = {
    fail: () => fail(),
    hello: (client: { send(type: string): void }) => client.send('hello'),
  }
}

class OurRoom extends GameRoom {
  override clientsMayCreate = true
  override inputs = this.defineInput(Stick)
  override messages = {
    fail: message(z.undefined(), () => fail()),
    hello: message(z.undefined(), (client) => client.send('hello', undefined)),
  }
}

function fail(): never {
  throw new Error('in a handler')
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

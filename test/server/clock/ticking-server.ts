/**
 * A room that counts its steps, plain or ours. Says over IPC where it listens, and beats. `SIDE` is `plain` or `ours`,
 * `FOLDER` a folder of its own.
 */
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { z } from 'zod'
import { createServer, GameRoom, message } from '../../../server/index.ts'
import { schema, t } from '../../../shared/schema.ts'

const Clockwork = schema({ steps: t.uint32().default(0), words: t.uint32().default(0) }, 'Clockwork')
let steps = 0
let timers = 0

class PlainRoom extends Room {
  override state = new Clockwork()
  override maxMessagesPerSecond = 10
  override messages = { word: () => void this.state.words++ }
  override onCreate() {
    this.setFixedTimestep(() => {
      this.state.steps = ++steps
    }, 20)
    this.clock.setInterval(() => void timers++, 100)
  }
}
class OurRoom extends GameRoom {
  override state = new Clockwork()
  override messages = { word: message(z.undefined(), () => void this.state.words++) }
  override onCreate() {
    this.clock.setInterval(() => void timers++, 100)
  }
  override onTick() {
    this.state.steps = ++steps
  }
}

async function listenPlain() {
  const http = createHttpServer()
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: http }) })
  server.define('clockwork', PlainRoom)
  await server.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

function listenOurs() {
  const folder = process.env['FOLDER']!
  const server = createServer({
    rooms: { clockwork: OurRoom },
    log: 'silent',
    dataFolder: `${folder}/data`,
    certsFolder: `${folder}/certs`,
    limits: { messagesPerSecond: 10, messageBurst: 10 },
  })
  return server.listen({ port: 0, host: '127.0.0.1' })
}

process.on('message', (question) => {
  if (question === 'count') process.send!({ answer: 'count', value: { steps, timers } })
})
process.send!(await (process.env['SIDE'] === 'plain' ? listenPlain() : listenOurs()))
setInterval(() => process.send!('beat'), 50).unref()

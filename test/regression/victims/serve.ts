/** Serves the room `stick`, says over IPC where, and beats while the event loop turns. */
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, type Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { createServer, type GameRoom } from '../../../server/index.ts'

interface Sides {
  readonly plain: new () => Room
  readonly ours: new () => GameRoom
}

/** `SIDE` in the environment is `plain` (Colyseus alone) or `ours`, `FOLDER` a folder of its own. */
export async function serve({ plain, ours }: Sides): Promise<void> {
  process.send!(await (process.env['SIDE'] === 'plain' ? listenPlain(plain) : listenOurs(ours)))
  setInterval(() => process.send!('beat'), 50).unref()
}

async function listenPlain(room: Sides['plain']) {
  const http = createHttpServer()
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: http }) })
  server.define('stick', room)
  await server.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

function listenOurs(room: Sides['ours']) {
  const folder = process.env['FOLDER']!
  const server = createServer({
    rooms: { stick: room },
    log: 'silent',
    dataFolder: `${folder}/data`,
    certsFolder: `${folder}/certs`,
  })
  return server.listen({ port: 0, host: '127.0.0.1' })
}

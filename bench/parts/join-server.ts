/** The same small room twice, for comparing joins: on Fairground, or on plain Colyseus with TLS added by hand. */
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { createServer, GameRoom } from '../../server/index.ts'
import { tlsPolicy } from '../../server/tls/tls-policy.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'

const Player = schema({ x: t.float32().default(0), y: t.float32().default(0) }, 'Player')
const Hall = schema({ players: t.map(Player) }, 'Hall')
type Hall = SchemaType<typeof Hall>

class FairgroundHall extends GameRoom<{ state: Hall }> {
  override state = new Hall()
  override onJoin(client: { sessionId: string }) {
    this.state.players.set(client.sessionId, new Player())
  }
  override onLeave(client: { sessionId: string }) {
    this.state.players.delete(client.sessionId)
  }
}

class PlainHall extends Room<{ state: Hall }> {
  override state = new Hall()
  override onJoin(client: { sessionId: string }) {
    this.state.players.set(client.sessionId, new Player())
  }
  override onLeave(client: { sessionId: string }) {
    this.state.players.delete(client.sessionId)
  }
}

const folder = process.env['BENCH_FOLDER']!

async function listenFairground(): Promise<string> {
  const server = createServer({
    rooms: { hall: FairgroundHall },
    log: 'error',
    limits: OF_ONE_ADDRESS,
    dataFolder: `${folder}/data`,
    certsFolder: `${folder}/certs`,
  })
  return (await server.listen({ port: 0, host: '127.0.0.1' })).url
}

async function listenPlain(): Promise<string> {
  const [certPem, keyPem] = ['development.pem', 'development.key'].map((name) =>
    readFileSync(`${folder}/certs/${name}`, 'utf8'),
  )
  const https = createHttpsServer({ ...tlsPolicy(), cert: certPem!, key: keyPem! })
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: https }) })
  server.define('hall', PlainHall)
  await server.listen(0, '127.0.0.1')
  return `https://localhost:${(https.address() as AddressInfo).port}`
}

process.on('message', async () => {
  process.send!({ url: await (process.env['BENCH_SIDE'] === 'plain' ? listenPlain() : listenFairground()) })
})

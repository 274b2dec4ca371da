/** The same room of ten with inputs twice, for comparing the edge: on Fairground, or on plain Colyseus with TLS. */
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { createServer, GameRoom } from '../../server/index.ts'
import { tlsPolicy } from '../../server/tls/tls-policy.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

const PLAYERS = 10
const HZ = 20
const Pawn = schema({ x: t.float32().default(0), y: t.float32().default(0) }, 'Pawn')
const Yard = schema({ pawns: t.map(Pawn) }, 'Yard')
type Yard = SchemaType<typeof Yard>
const Stick = schema(
  { x: t.float32().default(0), y: t.float32().default(0), fire: t.boolean().default(false) },
  'Stick',
)
type Stick = SchemaType<typeof Stick>

interface Inputs {
  get(sessionId: string): { next(): Stick | undefined }
}

function step(state: Yard, inputs: Inputs): void {
  for (const [sessionId, pawn] of state.pawns) {
    const input = inputs.get(sessionId).next()
    if (!input) continue
    pawn.x = (pawn.x + input.x * 0.25) % 100
    pawn.y = (pawn.y + input.y * 0.25) % 100
  }
}

class OurYard extends GameRoom<{ state: Yard; input: Stick }> {
  override state = new Yard()
  override maxClients = PLAYERS
  override inputs = this.defineInput(Stick)
  override onTick() {
    step(this.state, this.inputs as Inputs)
  }
  override onJoin(client: { sessionId: string }) {
    this.state.pawns.set(client.sessionId, new Pawn())
  }
}

class PlainYard extends Room<{ state: Yard; input: Stick }> {
  override state = new Yard()
  override maxClients = PLAYERS
  override inputs = this.defineInput(Stick)
  override onCreate() {
    this.setFixedTimestep(() => step(this.state, this.inputs as Inputs), HZ)
    this.patchRate = 1000 / HZ
  }
  override onJoin(client: { sessionId: string }) {
    this.state.pawns.set(client.sessionId, new Pawn())
  }
}

const folder = process.env['BENCH_FOLDER']!

async function listenFairground(): Promise<string> {
  const server = createServer({
    rooms: { yard: OurYard },
    log: 'error',
    limits: {
      maxSocketsPerAddress: 1e6,
      maxConnectionsPerAddress: 1e6,
      joinsPerSecond: 1e6,
      joinBurst: 1e6,
      overloadDelayMs: 1e6,
    },
    dataFolder: `${folder}/data`,
    certsFolder: `${folder}/certs`,
  })
  return (await server.listen({ port: 0, host: '127.0.0.1' })).url
}

async function listenPlain(): Promise<string> {
  const [cert, key] = ['development.pem', 'development.key'].map((name) =>
    readFileSync(`${folder}/certs/${name}`, 'utf8'),
  )
  const https = createHttpsServer({ ...tlsPolicy(), cert: cert!, key: key! })
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: https }) })
  server.define('yard', PlainYard)
  await server.listen(0, '127.0.0.1')
  return `https://localhost:${(https.address() as AddressInfo).port}`
}

process.on('message', async ({ type }: { type: 'listen' | 'cpu' }) => {
  if (type === 'listen')
    process.send!({ url: await (process.env['BENCH_SIDE'] === 'plain' ? listenPlain() : listenFairground()) })
  else {
    const { user, system } = process.cpuUsage()
    process.send!({ cpuMs: (user + system) / 1000 })
  }
})

/** The yard of 901 cubes, told to one client twenty times a second in the way that BENCH_SIDE names; answers `listen`. */
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, Room } from '@colyseus/core'
import { Encoder } from '@colyseus/schema'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { Server as SocketServer } from 'socket.io'
import { WebSocketServer } from 'ws'
import { createServer, GameRoom } from '../../../server/index.ts'
import { credential } from '../servers/credential.ts'
import { firstBaseline, packed } from './packed.ts'
import type { Side } from './sides.ts'
import { BIG, CUBES, type Cube, CubeYard } from './simulation.ts'
import { AreaYard, FloatYard, fill, QuantisedYard, setCube, type YardState } from './states.ts'

const HZ = 20
const RADIUS_METRES = 8
const FILES = { cert: process.env['BENCH_CERT']!, key: process.env['BENCH_KEY']! }
const side = process.env['BENCH_SIDE'] as Side

// As Colyseus asks for where a whole state is larger than 8 KB.
Encoder.BUFFER_SIZE = 128 * 1024

function advance(yard: CubeYard, state: YardState): void {
  yard.advance()
  state.tick = yard.tick
  for (let n = 0; n < CUBES; n++) {
    const cube = yard.cubes[n]!
    if (cube.movedAt === yard.tick) setCube(state, n, cube)
  }
}

function filled<S extends YardState>(state: S, { cubes }: CubeYard): S {
  fill(state, cubes)
  return state
}

function plainRoom(State: typeof FloatYard | typeof QuantisedYard) {
  return class extends Room<{ state: YardState }> {
    readonly yard = new CubeYard()
    override state = filled(new State(), this.yard)
    override patchRate = 1000 / HZ
    override onCreate() {
      this.setSimulationInterval(() => advance(this.yard, this.state), 1000 / HZ)
    }
  }
}

function ourRoom(State: typeof FloatYard | typeof QuantisedYard) {
  return class extends GameRoom<{ state: YardState }> {
    readonly yard = new CubeYard()
    override state = filled(new State(), this.yard)
    override tickRateHz = HZ
    override onTick() {
      advance(this.yard, this.state)
    }
  }
}

/** Where the client sees what is near the big cube. */
class AreaRoom extends GameRoom<{ state: InstanceType<typeof AreaYard> }> {
  readonly yard = new CubeYard()
  override state = filled(new AreaYard(), this.yard)
  override tickRateHz = HZ
  near = this.interest(this.state.cubes, {
    x: 'x',
    y: 'y',
    radiusMetres: RADIUS_METRES,
    owner: () => String(BIG),
  })
  override onTick() {
    advance(this.yard, this.state)
  }
}

function https() {
  return createHttpsServer(credential(FILES))
}

async function listen(server: ReturnType<typeof https>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function fairground(yard: ReturnType<typeof ourRoom> | typeof AreaRoom): Promise<number> {
  const server = createServer({ rooms: { yard }, log: 'error', tls: { files: FILES } })
  return (await server.listen({ port: 0, host: '127.0.0.1' })).port
}

async function colyseus(yard: ReturnType<typeof plainRoom>): Promise<number> {
  const server = https()
  const game = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server }) })
  game.define('yard', yard)
  await game.listen(0, '127.0.0.1')
  return (server.address() as AddressInfo).port
}

function byHand(): Promise<number> {
  const server = https()
  new WebSocketServer({ server }).once('connection', (socket) => {
    const yard = new CubeYard()
    const held = firstBaseline()
    setInterval(() => {
      yard.advance()
      socket.send(packed(yard, held))
    }, 1000 / HZ)
  })
  return listen(server)
}

/** @param changes whether a patch names what moved only, after a first one of everything */
function json({ changes }: { changes: boolean }): Promise<number> {
  const server = https()
  new SocketServer(server, { transports: ['websocket'] }).once('connection', (socket) => {
    const yard = new CubeYard()
    const tell = (moved: readonly Cube[]) => {
      const named = ({ x, y, z, qx, qy, qz, qw }: Cube, id: number) => ({ id, x, y, z, qx, qy, qz, qw })
      const cubes = moved.map((cube) => named(cube, yard.cubes.indexOf(cube)))
      socket.emit('patch', { tick: yard.tick, cubes })
    }
    tell(yard.cubes)
    setInterval(() => {
      yard.advance()
      tell(changes ? yard.movedSince(yard.tick - 1) : yard.cubes)
    }, 1000 / HZ)
  })
  return listen(server)
}

const LISTEN: Record<Side, () => Promise<number>> = {
  'plain-float': () => colyseus(plainRoom(FloatYard)),
  'plain-quantised': () => colyseus(plainRoom(QuantisedYard)),
  'fairground-float': () => fairground(ourRoom(FloatYard)),
  'fairground-quantised': () => fairground(ourRoom(QuantisedYard)),
  'fairground-area': () => fairground(AreaRoom),
  packed: byHand,
  'json-changes': () => json({ changes: true }),
  'json-all': () => json({ changes: false }),
}

process.on('message', async () => process.send!({ port: await LISTEN[side]() }))

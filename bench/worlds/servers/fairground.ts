/** The worlds on Fairground. */
import { type Client, createServer, GameRoom } from '../../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../../testing/one-address.ts'
import {
  type Mover,
  places,
  RADIUS,
  TICK_RATE_HZ,
  type WorldOptions,
  type WorldServer,
} from '../simulation.ts'
import { OpenState, Player, Stick, Walkers, WideState } from '../state.ts'

export async function listen(options: WorldOptions, folder: string): Promise<WorldServer> {
  const { players, roomSize, spread, cert, key } = options
  const starts = places(roomSize ?? players, spread)
  const states = new Set<OpenState | WideState>()

  class WorldRoom extends GameRoom<{ state: OpenState | WideState; input: Stick }> {
    override maxClients = starts.length
    override tickRateHz = TICK_RATE_HZ
    override patchEveryTicks = 1
    override reconnectHoldSeconds = 0
    override state = roomSize ? new OpenState() : new WideState()
    override inputs = this.defineInput(Stick)
    readonly #walkers = new Walkers()
    override onCreate() {
      states.add(this.state)
      if (roomSize) return
      // No hysteresis, as the other servers do it.
      this.interest(this.state.players, { x: 'x', y: 'y', radiusMetres: RADIUS, leaveRadiusMetres: RADIUS })
    }
    override onTick() {
      this.#walkers.step(this.state.players, this.inputs)
    }
    override onJoin({ sessionId }: Client) {
      this.state.players.set(sessionId, born(starts, this.state.players.size))
    }
    override onLeave({ sessionId }: Client) {
      this.state.players.delete(sessionId)
      this.#walkers.forget(sessionId)
    }
  }

  const server = createServer({
    rooms: { world: WorldRoom },
    log: 'error',
    limits: { ...OF_ONE_ADDRESS, joinsPerSecond: 1e6, overloadDelayMs: 1e6 },
    dataFolder: `${folder}/data`,
    tls: { files: { cert, key } },
  })
  const { url } = await server.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    truth: () => Object.fromEntries([...states].flatMap(({ players }) => [...players].map(placed))),
  }
}

function born(starts: Mover[], n: number): Player {
  return new Player().assign({ ...starts[n % starts.length]!, name: `player ${n}` })
}

function placed([id, { x, y }]: [string, Player]): [string, Mover] {
  return [id, { x, y }]
}

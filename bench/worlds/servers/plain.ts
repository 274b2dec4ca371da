/** The worlds on plain Colyseus 0.18, as its documentation says: a StateView of each client, filled by distance. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Client, Server as ColyseusServer, Room } from '@colyseus/core'
import { StateView } from '@colyseus/schema'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { places, RADIUS, TICK_RATE_HZ, type WorldOptions, type WorldServer } from '../simulation.ts'
import { OpenState, Player, Stick, Walkers, WideState } from '../state.ts'
import { credential } from './credential.ts'

export async function listen(options: WorldOptions): Promise<WorldServer> {
  const { players, roomSize, spread } = options
  const starts = places(roomSize ?? players, spread)
  const states = new Set<OpenState | WideState>()

  class WorldRoom extends Room<{ state: OpenState | WideState; input: Stick }> {
    override maxClients = starts.length
    override state = roomSize ? new OpenState() : new WideState()
    override inputs = this.defineInput(Stick)
    readonly #walkers = new Walkers()
    override onCreate() {
      states.add(this.state)
      this.setFixedTimestep(() => this.#walkers.step(this.state.players, this.inputs), TICK_RATE_HZ)
      this.patchRate = 1000 / TICK_RATE_HZ
    }
    override onBeforePatch() {
      if (!roomSize) for (const client of this.clients) this.#fill(client)
    }
    override onJoin(client: Client) {
      const n = this.state.players.size
      this.state.players.set(
        client.sessionId,
        new Player().assign({ ...starts[n % starts.length]!, name: `player ${n}` }),
      )
      if (roomSize) return
      client.view = new StateView()
      this.#fill(client)
    }
    override onLeave({ sessionId }: Client) {
      this.state.players.delete(sessionId)
      this.#walkers.forget(sessionId)
    }
    #fill({ sessionId, view }: Client): void {
      const own = this.state.players.get(sessionId)
      if (!own || !view) return
      for (const player of this.state.players.values()) {
        const near = (player.x - own.x) ** 2 + (player.y - own.y) ** 2 <= RADIUS ** 2
        if (near === view.has(player)) continue
        if (near) view.add(player)
        else view.remove(player)
      }
    }
  }

  const https = createServer(credential(options))
  const server = new ColyseusServer({ greet: false, transport: new WebSocketTransport({ server: https }) })
  server.define('world', WorldRoom)
  await server.listen(0, '127.0.0.1')
  return {
    url: `https://localhost:${(https.address() as AddressInfo).port}`,
    truth: () =>
      Object.fromEntries(
        [...states].flatMap((state) => [...state.players].map(([id, { x, y }]) => [id, { x, y }])),
      ),
  }
}

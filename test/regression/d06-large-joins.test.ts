import { type Client as ColyseusClient, Room } from '@colyseus/core'
import { StateView } from '@colyseus/schema'
import { afterEach, expect, it, vi } from 'vitest'
import { type Client, GameRoom } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D6: who joins a state beyond 16 KB through a view receives the first part of it and misses the rest for good.

const Boat = schema({ x: t.float32().default(0), name: t.string().default('') }, 'Boat')
const FleetState = schema({ open: t.map(Boat), hidden: t.map(Boat).view() }, 'FleetState')
type FleetState = SchemaType<typeof FleetState>

const BOATS = 3_000

function fleet(): FleetState {
  const state = new FleetState()
  for (let n = 0; n < BOATS; n++) {
    state.open.set(`open-${n}`, new Boat().assign({ x: n, name: `boat ${n}` }))
    state.hidden.set(`hidden-${n}`, new Boat().assign({ x: n, name: `hidden boat ${n}` }))
  }
  return state
}

class FleetRoom extends GameRoom<{ state: FleetState }> {
  override state = fleet()
}
/** Everybody sees everything, through a view of its own. */
class ViewedFleetRoom extends FleetRoom {
  override onJoin(client: Client) {
    client.view = new StateView()
    client.view.add(this.state.hidden)
  }
}
class PlainFleetRoom extends Room<{ state: FleetState }> {
  override state = fleet()
  override onJoin(client: ColyseusClient) {
    client.view = new StateView()
    client.view.add(this.state.hidden)
  }
}
const rooms = { fleet: FleetRoom, viewed: ViewedFleetRoom }

afterEach(() => void vi.restoreAllMocks())

it.each(['fleet', 'viewed'] as const)(
  'a join receives the whole state, however large, and follows it: %s',
  async (name) => {
    const warned = vi.spyOn(console, 'warn')
    await using server = await startTestServer({ rooms })
    const room = await server.connect().joinOrCreate(name)
    const { state } = server.room(name, room)
    const hidden = name === 'viewed' ? BOATS : 0
    expect([room.state.open.size, room.state.hidden?.size ?? 0]).toEqual([BOATS, hidden])
    state.open.get('open-7')!.x = 70
    state.hidden.get('hidden-7')!.x = 71
    await server.step(1, room)
    expect(room.state.open.toJSON()).toEqual(state.open.toJSON())
    if (hidden) expect(room.state.hidden.toJSON()).toEqual(state.hidden.toJSON())
    // The second join finds the buffers grown.
    const later = await server.connect().joinOrCreate(name)
    expect(later.state.toJSON()).toEqual(room.state.toJSON())
    expect(warned, 'no advice in the log to change a constant').not.toHaveBeenCalled()
  },
)

it('a view that gains more than 16 KB at once receives all of it', async () => {
  class GainingRoom extends FleetRoom {
    override onJoin(client: Client) {
      client.view = new StateView()
    }
  }
  await using server = await startTestServer({ rooms: { gaining: GainingRoom } })
  const room = await server.connect().joinOrCreate('gaining')
  const running = server.room('gaining', room)
  const view = running.clients.getById(room.sessionId)!.view!
  expect(room.state.hidden?.size ?? 0).toBe(0)
  view.add(running.state.hidden)
  await server.step(1, room)
  await eventually(() => expect(room.state.hidden.size).toBe(BOATS))
  expect(room.state.hidden.toJSON()).toEqual(running.state.hidden.toJSON())
})

it('plain Colyseus: a join through a view loses what is beyond 16 KB', async () => {
  for (const level of ['warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  await using server = await startPlainColyseus(PlainFleetRoom)
  const joined = await server.connect().joinOrCreate<FleetState>('room')
  await new Promise<void>((resolve) => joined.onStateChange.once(() => resolve()))
  expect(joined.state.open.size + (joined.state.hidden?.size ?? 0)).toBeLessThan(2 * BOATS)
})

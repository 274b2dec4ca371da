import { type Client as ColyseusClient, Room, type SchemaSerializer } from '@colyseus/core'
import { type Schema, StateView } from '@colyseus/schema'
import { expect, it } from 'vitest'
import { wireOf } from '../../client-sdk/room.ts'
import { type Client, GameRoom } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D10: nobody gives back the view of a client that has left. It stays registered, with its bits on all that it saw.

const Door = schema({ open: t.boolean().default(false) }, 'Door')
const CorridorState = schema({ doors: t.map(Door).view() }, 'CorridorState')
type CorridorState = SchemaType<typeof CorridorState>

function corridor(): CorridorState {
  const state = new CorridorState()
  for (const number of [1, 2, 3]) state.doors.set(`door-${number}`, new Door())
  return state
}
function look(client: ColyseusClient, state: CorridorState): void {
  client.view = new StateView()
  client.view.add(state.doors)
}

class CorridorRoom extends GameRoom<{ state: CorridorState }> {
  override state = corridor()
  override onJoin(client: Client) {
    look(client, this.state)
  }
}
class TeamRoom extends GameRoom<{ state: CorridorState }> {
  override state = corridor()
  readonly team = new StateView()
  override onJoin(client: Client) {
    client.view = this.team
    this.team.add(this.state.doors)
  }
}
class PlainCorridorRoom extends Room<{ state: CorridorState }> {
  override state = corridor()
  override onJoin(client: ColyseusClient) {
    look(client, this.state)
  }
}

/** Views that the encoder still knows; strongly held here, so that no garbage collection makes it fewer. */
function registered(room: object): number {
  const { _serializer: serializer } = room as { _serializer: SchemaSerializer<Schema> }
  return serializer['encoder'].root.activeViews.size
}

it('plain Colyseus: views of clients that left stay registered', async () => {
  await using server = await startPlainColyseus(PlainCorridorRoom)
  const stays = await server.connect().joinOrCreate('room')
  const room = server.room(stays)
  const views: unknown[] = []
  for (let n = 0; n < 5; n++) {
    const leaves = await server.connect().joinOrCreate('room')
    views.push(room.clients.get(leaves.sessionId)?.view)
    await leaves.leave()
  }
  await eventually(() => expect(room.clients).toHaveLength(1))
  expect(registered(room)).toBe(1 + views.length)
})

it('a view is given back when its client leaves for good', async () => {
  await using server = await startTestServer({ rooms: { corridor: CorridorRoom } })
  const stays = await server.connect().joinOrCreate('corridor')
  const running = server.room('corridor', stays)
  for (let n = 0; n < 5; n++) await (await server.connect().joinOrCreate('corridor')).leave()
  await eventually(() => expect(registered(running)).toBe(1))
  running.state.doors.get('door-1')!.open = true
  await server.step(1, stays)
  expect(stays.state.doors.get('door-1')!.open).toBe(true)
})

it('a view is kept for a client that drops and returns, and given back when it does not', async () => {
  await using server = await startTestServer({ rooms: { corridor: CorridorRoom } })
  const player = await server.connect().joinOrCreate('corridor')
  const running = server.room('corridor', player)
  wireOf(player).connection.close()
  await eventually(() => expect(player.status).toBe('reconnecting'))
  await eventually(() => expect(player.status).toBe('open'))
  await server.step(1, player)
  expect(registered(running)).toBe(1)
  running.state.doors.get('door-2')!.open = true
  await server.step(1, player)
  expect(player.state.doors.get('door-2')!.open).toBe(true)
  const stays = await server.connect().joinOrCreate('corridor')
  running.reconnectHoldSeconds = 0
  wireOf(player).reconnection.enabled = false
  wireOf(player).connection.close()
  await eventually(() => expect(registered(running)).toBe(1))
  expect(stays.state.doors.size).toBe(3)
})

it('a shared view is given back when the last who looks through it has gone', async () => {
  await using server = await startTestServer({ rooms: { team: TeamRoom } })
  const [one, two] = [
    await server.connect().joinOrCreate('team'),
    await server.connect().joinOrCreate('team'),
  ]
  const running = server.room('team', one)
  await one.leave()
  await server.step(1, two)
  expect(registered(running)).toBe(1)
  running.state.doors.get('door-3')!.open = true
  await server.step(1, two)
  expect(two.state.doors.get('door-3')!.open).toBe(true)
  running.autoDispose = false
  await two.leave()
  await eventually(() => expect(registered(running)).toBe(0))
})

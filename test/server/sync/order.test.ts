import { afterEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { connect } from '../../../client-sdk/index.ts'
import { wireOf } from '../../../client-sdk/room.ts'
import { type Client, GameRoom, message, request } from '../../../server/index.ts'
import type { WssClient } from '../../../server/transport/wss-client.ts'
import { type SchemaType, StateView, schema, t } from '../../../shared/schema.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { Relay } from '../../relay.ts'

const Parcel = schema({ weight: t.uint32().default(0), label: t.string().default('') }, 'Parcel')
const Driver = schema({ target: t.string().optional(), cargo: t.ref(Parcel).optional() }, 'Driver')
const DepotState = schema(
  { tick: t.uint32().default(0), parcels: t.map(Parcel), drivers: t.map(Driver).view() },
  'DepotState',
)
type DepotState = SchemaType<typeof DepotState>

/** One tick writes 20 kB into the state, and tells about it. */
class DepotRoom extends GameRoom<{ state: DepotState; events: { ticked: number; shouted: string } }> {
  override state = new DepotState()
  override messages = { shout: message(z.string(), (client, text) => client.send('shouted', text)) }
  override requests = { tick: request(z.undefined(), () => this.state.tick) }
  override onCreate() {
    for (let n = 0; n < 20; n++) this.state.parcels.set(`p${n}`, new Parcel())
  }
  override onTick() {
    this.state.tick++
    for (const parcel of this.state.parcels.values()) {
      parcel.weight = this.state.tick
      parcel.label = `${this.state.tick} `.repeat(200)
    }
    this.broadcast('ticked', this.state.tick, { afterNextPatch: true })
  }
}
class ViewedDepotRoom extends DepotRoom {
  override onJoin(client: Client) {
    client.view = new StateView()
    client.view.add(this.state.drivers)
  }
}
const rooms = { depot: DepotRoom, viewed: ViewedDepotRoom }
const PATIENT = { drainMs: 60_000, pingIntervalMs: 60_000 }

afterEach(() => void vi.restoreAllMocks())

/** A room with one player who stops reading until it is behind. */
async function stalled(name: keyof typeof rooms, limits = {}) {
  const server = await startTestServer({ rooms, limits: { ...PATIENT, ...limits } })
  const relay = await Relay.open({ port: Number(new URL(server.url).port) })
  const line = connect<TestServer<typeof rooms>['server']>(`wss://localhost:${relay.port}`)
  const slow = await line.joinOrCreate(name)
  const room = server.room(name, slow) as unknown as DepotRoom
  const outlet = room.clients.get(slow.sessionId) as unknown as WssClient
  return {
    server,
    slow,
    room,
    outlet,
    async stall() {
      relay.stop()
      while (!outlet.behind) server.server.stepRooms(1)
    },
    relay,
    resume: () => relay.resume(),
    async [Symbol.asyncDispose]() {
      await server.close()
      await relay[Symbol.asyncDispose]()
    },
  }
}

it('[BP5] no message arrives before the state that was sent before it, and none is lost', async () => {
  await using play = await stalled('depot')
  const { server, slow, room } = play
  const heard: [said: number, seen: number][] = []
  slow.on('ticked', (tick) => heard.push([tick, slow.state.tick]))
  await server.step(3, slow)
  await play.stall()
  server.server.stepRooms(20)
  const { tick } = room.state
  play.resume()
  await slow.ping()
  expect(heard.map(([said]) => said)).toEqual(Array.from({ length: tick }, (_, n) => n + 1))
  expect(heard.filter(([said, seen]) => seen < said)).toEqual([])
  expect(await slow.request('tick', undefined)).toBe(tick)
  expect(slow.state.parcels.toJSON()).toEqual(room.state.parcels.toJSON())
})

it('[BP6] messages that nobody reads end the connection at their limit', async () => {
  await using play = await stalled('depot', { maxQueuedBytes: 20_000 })
  const { slow, room, outlet } = play
  await play.stall()
  const client = room.clients.get(slow.sessionId)!
  for (let n = 0; n < 100 && outlet.readyState === 1; n++) {
    client.send('shouted', 'x'.repeat(1_000))
    expect(outlet.queuedBytes).toBeLessThan(20_000 + 64 * 1024)
  }
  expect(outlet.readyState).not.toBe(1)
  play.resume()
  await eventually(() => expect(slow.status).toBe('reconnecting'))
  await eventually(() => expect(slow.status).toBe('open'))
  room.onTick = () => {}
  await slow.ping()
  expect(slow.state.parcels.toJSON()).toEqual(room.state.parcels.toJSON())
})

it('[BP1] what was cleared, replaced or hidden during a stall is gone after it', async () => {
  await using play = await stalled('viewed')
  const { server, slow, room } = play
  const troubles = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { drivers } = room.state
  const view = room.clients.get(slow.sessionId)!.view!
  const ada = new Driver().assign({ target: 'north', cargo: new Parcel().assign({ weight: 4 }) })
  const ben = new Driver().assign({ target: 'south', cargo: new Parcel().assign({ weight: 5 }) })
  drivers.set('ada', ada)
  drivers.set('ben', ben)
  drivers.set('cy', new Driver())
  for (const driver of drivers.values()) view.add(driver)
  await server.step(1, slow)
  expect(slow.state.drivers.toJSON()).toEqual(drivers.toJSON())
  await play.stall()
  Object.assign(ada, { target: undefined, cargo: undefined })
  ben.cargo = new Parcel().assign({ weight: 6 })
  view.remove(drivers.get('cy')!)
  drivers.set('dee', new Driver().assign({ target: 'east' }))
  view.add(drivers.get('dee')!)
  server.server.stepRooms(3)
  expect(view.changes.size, 'what the full state will say anyway').toBe(0)
  play.resume()
  await slow.ping()
  const visible = drivers.toJSON() as Record<string, unknown>
  delete visible['cy']
  expect(slow.state.drivers.toJSON()).toEqual(visible)
  ben.cargo.weight = 7
  view.add(drivers.get('cy')!)
  await server.step(2, slow)
  expect(slow.state.drivers.toJSON()).toEqual(drivers.toJSON())
  expect(troubles).not.toHaveBeenCalled()
})

it('[BP1] what was cleared while a player was away is gone when it returns', async () => {
  await using play = await stalled('viewed')
  const { server, slow, room } = play
  const ada = new Driver().assign({ target: 'north' })
  room.state.drivers.set('ada', ada)
  room.clients.get(slow.sessionId)!.view!.add(ada)
  await server.step(1, slow)
  expect(slow.state.drivers.get('ada')?.target).toBe('north')
  wireOf(slow).connection.close()
  await eventually(() => expect(slow.status).toBe('reconnecting'))
  ada.target = undefined
  await eventually(() => expect(slow.status).toBe('open'))
  await server.step(1, slow)
  expect(slow.state.drivers.toJSON()).toEqual(room.state.drivers.toJSON())
})

it('[BP3] who acknowledges what it has not read is found out by the socket itself', async () => {
  await using play = await stalled('depot', { drainMs: 1_500 })
  const { server, relay, slow, room, outlet } = play
  await server.step(1, slow)
  relay.stop()
  const liar = setInterval(() => {
    const frame = Buffer.alloc(5, 30)
    frame.writeUInt32LE(0xffff_ffff, 1)
    for (let guess = 4_096; guess <= 65_536; guess += 4_096) {
      frame.writeUInt32LE(sent + guess, 1)
      slow.status === 'open' && wireOf(slow).connection.send(frame)
    }
  }, 5)
  let sent = 0
  let most = 0
  const original = outlet.raw.bind(outlet)
  outlet.raw = (frame, ...rest) => {
    sent += frame.byteLength
    original(frame, ...rest)
  }
  await eventually(() => {
    server.server.stepRooms(5)
    most = Math.max(most, outlet.queuedBytes)
    expect(room.clients.get(slow.sessionId) as unknown).not.toBe(outlet)
  })
  clearInterval(liar)
  expect(most).toBeLessThan(64 * 1024 + 64 * 1024 + 256 * 1024)
})

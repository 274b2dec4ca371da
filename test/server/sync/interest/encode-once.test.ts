import { defineCustomTypes, type encode } from '@colyseus/schema'
import { expect, it } from 'vitest'
import { type Client, GameRoom } from '../../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'
import { startTestServer } from '../../../../testing/index.ts'

/** How often a value was written into a frame, by the value. */
const written = new Map<number, number>()

/** A number that counts how often it is encoded. */
defineCustomTypes({
  counted: {
    encode(bytes: Parameters<typeof encode.uint32>[0], value: number, it: { offset: number }) {
      written.set(value, (written.get(value) ?? 0) + 1)
      for (let shift = 0; shift < 32; shift += 8) bytes[it.offset++] = (value >>> shift) & 255
    },
    decode(bytes: ArrayLike<number>, it: { offset: number }) {
      let value = 0
      for (let shift = 0; shift < 32; shift += 8) value |= bytes[it.offset++]! << shift
      return value >>> 0
    },
  },
})

const Drone = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    mark: Object.assign(t.uint32().default(0), { _type: 'counted' }),
    squad: t.uint8().default(0),
    order: t.uint32().default(0).view(1),
  },
  'Drone',
)
type Drone = SchemaType<typeof Drone>
const SkyState = schema({ drones: t.map(Drone).view() }, 'SkyState')
type SkyState = SchemaType<typeof SkyState>

class SkyRoom extends GameRoom<{ state: SkyState }> {
  override state = new SkyState()
  serial = 0
  moving: readonly string[] = []
  drones = this.interest(this.state.drones, {
    x: 'x',
    y: 'y',
    radiusMetres: 10,
    tags: (drone, { own }) => (drone.squad === own?.squad ? 1 : 0),
  })

  override onTick() {
    for (const key of this.moving) this.state.drones.get(key)!.mark = ++this.serial
  }

  override onJoin({ sessionId }: Client, { squad }: { squad?: number } = {}) {
    this.launch(sessionId, 0).squad = squad ?? 0
  }

  launch(key: string, x: number): Drone {
    const drone = new Drone().assign({ x, mark: ++this.serial })
    this.state.drones.set(key, drone)
    return drone
  }
}

/** How often each value was written since the last time. */
function writes(): number[] {
  const counts = [...written.values()]
  written.clear()
  return counts
}

it('[IA6] a changed entity is encoded once a tick for all who see the same of it', async () => {
  await using server = await startTestServer({ rooms: { sky: SkyRoom } })
  const first = await server.connect().joinOrCreate('sky', {})
  const others = await Promise.all([1, 2, 3, 4].map(() => server.connect().joinById('sky', first.id, {})))
  const clients = [first, ...others]
  const room = server.room('sky', first) as unknown as SkyRoom
  for (let n = 0; n < 20; n++) room.launch(`near${n}`, 1)
  for (let n = 0; n < 500; n++) room.launch(`far${n}`, 1_000)
  await server.step(1, ...clients)
  writes()
  room.moving = [...room.state.drones.keys()].filter((key) => key.startsWith('near'))
  for (let tick = 0; tick < 10; tick++) {
    await server.step(1, ...clients)
    expect(writes(), 'each of the twenty once, and nothing else').toEqual(Array(20).fill(1))
    for (const { state } of clients) expect(state.drones.toJSON()).toEqual(first.state.drones.toJSON())
  }
  expect(first.state.drones.get('near3')!.mark).toBe(room.state.drones.get('near3')!.mark)
  room.moving = [...room.state.drones.keys()].filter((key) => key.startsWith('far'))
  await server.step(3, ...clients)
  expect(writes(), 'what nobody sees is not encoded').toEqual([])
})

it('[IA6] once for each set of tags where some see more of it', async () => {
  await using server = await startTestServer({ rooms: { sky: SkyRoom } })
  const first = await server.connect().joinOrCreate('sky', {})
  const others = await Promise.all(
    [0, 1, 1, 2].map((squad) => server.connect().joinById('sky', first.id, { squad })),
  )
  const clients = [first, ...others]
  const room = server.room('sky', first) as unknown as SkyRoom
  room.launch('near', 1).squad = 1
  await server.step(1, ...clients)
  writes()
  room.moving = ['near']
  await server.step(1, ...clients)
  expect(writes()).toEqual([2])
})

it('[IA6] who joins costs what it sees, not the world', async () => {
  await using server = await startTestServer({ rooms: { sky: SkyRoom } })
  const first = await server.connect().joinOrCreate('sky', {})
  const room = server.room('sky', first) as unknown as SkyRoom
  for (let n = 0; n < 20; n++) room.launch(`near${n}`, 1)
  for (let n = 0; n < 2_000; n++) room.launch(`far${n}`, 1_000)
  await server.step(1, first)
  writes()
  const joiner = await server.connect().joinById('sky', first.id, {})
  expect(joiner.state.drones.size).toBeGreaterThanOrEqual(21)
  expect(writes().length, 'twenty, two players, and no other').toBeLessThanOrEqual(22)
  await server.step(1, first, joiner)
  expect(joiner.state.drones.toJSON()).toEqual(first.state.drones.toJSON())
})

import { t as loose, schema as looseSchema } from '@colyseus/schema'
import { Client as StockClient } from '@colyseus/sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Client, GameRoom } from '../../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'
import { startTestServer } from '../../../../testing/index.ts'
import { eventually } from '../../../eventually.ts'

/** Declared by Colyseus' own `schema`, which takes any number; ours refuses those that are none. */
const Probe = looseSchema(
  {
    x: loose.float64().default(0),
    y: loose.float64().default(0),
    z: loose.float64().default(0),
    size: loose.float64().default(0),
    label: loose.string().default(''),
  },
  'Probe',
)
const Checked = schema({ x: t.float64().default(0), y: t.float64().default(0) }, 'Checked')
const SpaceState = schema(
  { tick: t.uint32().default(0), probes: t.map(Probe).view(), checked: t.map(Checked).view() },
  'SpaceState',
)
type Probe = InstanceType<typeof Probe>
type SpaceState = SchemaType<typeof SpaceState>
type Place = Partial<Record<'x' | 'y' | 'z' | 'size', number>>

class SpaceRoom extends GameRoom<{ state: SpaceState }> {
  override state = new SpaceState()
  looksFrom: { x: number; y: number; z?: number } | undefined
  /** Done in the middle of a patch, at the first question about an entity of that name. */
  trap: { label: string; spring(client: Client): void } | undefined
  probes = this.interest(this.state.probes, {
    x: 'x',
    y: 'y',
    z: 'z',
    sizeMetres: 'size',
    radiusMetres: 50,
    viewpoint: () => this.looksFrom,
    visible: ({ label }, { client }) => {
      const { trap } = this
      if (trap?.label === label) {
        this.trap = undefined
        trap.spring(client as Client)
      }
      return true
    },
  })
  checked = this.interest(this.state.checked, { x: 'x', y: 'y', radiusMetres: 50 })

  override onTick() {
    this.state.tick++
  }

  override onJoin({ sessionId }: Client) {
    this.put(sessionId)
  }

  override onLeave({ sessionId }: Client) {
    this.state.probes.delete(sessionId)
  }

  put(key: string, place: Place = {}): Probe {
    const probe = new Probe().assign({ label: key, ...place })
    this.state.probes.set(key, probe)
    return probe
  }
}

/** One for which the whole world is near. */
class BoundlessSpaceRoom extends SpaceRoom {
  override probes = this.interest(this.state.probes, {
    x: 'x',
    y: 'y',
    z: 'z',
    sizeMetres: 'size',
    radiusMetres: Number.POSITIVE_INFINITY,
  })
}

const rooms = { space: SpaceRoom, boundless: BoundlessSpaceRoom }

const told = vi.fn()
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(told.mockClear()))
afterEach(() => {
  expect(told, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

/** One player of each SDK. */
async function play(name: keyof typeof rooms = 'space') {
  const server = await startTestServer({ rooms })
  const ours = await server.connect().joinOrCreate(name)
  const stock = await new StockClient(server.url.replace('https', 'wss')).joinById<SpaceState>(ours.id)
  await new Promise<void>((resolve) => stock.onStateChange.once(() => resolve()))
  const room = server.room(name, ours) as unknown as SpaceRoom
  const names = [ours.sessionId, stock.sessionId]
  const seenIn = (state: SpaceState) => [...state.probes.keys()].filter((key) => !names.includes(key)).sort()
  return {
    server,
    room,
    ours,
    stock,
    own: room.state.probes.get(ours.sessionId)!,
    async step(ticks = 1) {
      await server.step(ticks, ours)
      await new Promise<void>((resolve) => stock.ping(() => resolve()))
    },
    /** What both see; they stand in the same place. */
    seen() {
      expect(seenIn(stock.state)).toEqual(seenIn(ours.state as unknown as SpaceState))
      return seenIn(stock.state)
    },
    /** What somebody sees who joins now, between two patches. */
    async seenAtOnce() {
      const late = await server.connect().joinById(name, ours.id)
      names.push(late.sessionId)
      const seen = seenIn(late.state as unknown as SpaceState)
      await late.leave()
      await eventually(() => expect(room.clients).toHaveLength(2))
      return seen
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

const NOWHERE: readonly Place[] = (['x', 'y', 'z'] as const).flatMap((axis) =>
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({ [axis]: value })),
)

it('[IA5] a coordinate that is no number is refused where it is written, and the area goes on as it was', async () => {
  await using scene = await play()
  const { room, ours, step } = scene
  const checked = new Checked().assign({ x: 3 })
  room.state.checked.set('c', checked)
  await step()
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(() => {
      checked.x = value
    }).toThrow(RangeError)
    await step()
    expect(ours.state.checked.get('c')!.x).toBe(3)
  }
})

it.each(['space', 'boundless'] as const)(
  '[IA5] who has a coordinate that is none is near nobody, and costs nobody anything: %s',
  async (name) => {
    await using scene = await play(name)
    const { room, step, seen } = scene
    room.put('here', { x: 1 })
    for (const [at, place] of NOWHERE.entries()) room.put(`nowhere${at}`, place)
    expect(await scene.seenAtOnce()).toEqual(['here'])
    await step()
    expect(seen()).toEqual(['here'])
    for (const [at, place] of NOWHERE.entries()) {
      Object.assign(room.state.probes.get('here')!, { x: 1, y: 0, z: 0, size: 0 }, place)
      await step()
      expect(seen(), `${at}`).toEqual([])
      expect(await scene.seenAtOnce()).toEqual([])
      Object.assign(room.state.probes.get('here')!, { x: 1, y: 0, z: 0 })
      await step()
      expect(seen(), `${at}`).toEqual(['here'])
    }
  },
)

it('[IA5] who is nowhere itself is seen by itself only, and looks from where it was', async () => {
  await using scene = await play()
  const { room, ours, stock, own, step } = scene
  room.put('here', { x: 210 })
  own.x = 200
  await step()
  for (const place of NOWHERE) {
    Object.assign(own, { x: 200, y: 0, z: 0 }, place)
    await step()
    expect([...ours.state.probes.keys()].sort()).toEqual([ours.sessionId, 'here'].sort())
    expect(stock.state.probes.has(ours.sessionId)).toBe(false)
  }
})

it('[IA5] places as far out as numbers go are places like others', async () => {
  await using scene = await play()
  const { room, own, step } = scene
  const far = Number.MAX_VALUE
  for (const place of [
    { x: far, y: far, z: far },
    { x: -far, y: far, z: -far },
    { x: 1e300, y: -1e300 },
    { x: 2 ** 60, y: 2 ** 60 },
    { x: 5e-324 },
  ]) {
    Object.assign(own, { x: 0, y: 0, z: 0 }, place)
    room.put('companion', place)
    room.put('antipode', { x: -(place.x || 0), y: 1e200, z: 3e100 })
    await step()
    expect([...scene.ours.state.probes.keys()].filter((key) => key.length < 10)).toEqual(['companion'])
  }
})

it('[IA5] sizes of any kind make nobody visible who is nowhere', async () => {
  await using scene = await play()
  const { room, step, seen } = scene
  room.put('bad', { x: 60, size: Number.NaN })
  room.put('negative', { x: 40, size: -1e9 })
  room.put('endless', { x: 1e12, size: Number.POSITIVE_INFINITY })
  room.put('largest', { x: 1e12, size: Number.MAX_VALUE })
  room.put('lost', { x: Number.NaN, size: Number.POSITIVE_INFINITY })
  room.put('beyond', { x: Number.POSITIVE_INFINITY, size: Number.POSITIVE_INFINITY })
  expect(await scene.seenAtOnce()).toEqual(['endless', 'largest', 'negative'])
  await step()
  expect(seen()).toEqual(['endless', 'largest', 'negative'])
})

it('[IA4] [IA5] who is told to look from nowhere goes on looking from where it did', async () => {
  await using scene = await play()
  const { room, ours, step } = scene
  room.put('here', { x: 10 })
  await step()
  for (const place of [
    { x: Number.NaN, y: 0 },
    { x: 0, y: Number.POSITIVE_INFINITY },
    { x: 0, y: 0, z: Number.NaN },
    { x: undefined as never, y: 0 },
  ]) {
    room.looksFrom = place
    await step()
    expect(scene.seen()).toEqual(['here'])
    room.looksFrom = undefined
    room.probes.lookFrom(room.clients.get(ours.sessionId)! as never, place)
    await step()
    expect(scene.seen()).toEqual(['here'])
    room.probes.lookFrom(room.clients.get(ours.sessionId)! as never, undefined)
  }
})

it('[IA5] [IA7] ten thousand in one spot fit into a limit of bytes: its own stays fresh, and all arrive in the end', async () => {
  await using scene = await play()
  const { room, ours, own, step } = scene
  const bytesPerPatch = 20_000
  room.interestBytesPerSecond = bytesPerPatch * room.tickRateHz
  for (let n = 0; n < 10_000; n++) room.put(`n${n}`, { x: 1 })
  const most = 300
  let patches = 0
  while (ours.state.probes.size < 10_002 && patches < most) {
    own.z = ++patches
    const before = ours.traffic.receivedBytes
    await step()
    expect(ours.traffic.receivedBytes - before).toBeLessThan(2 * bytesPerPatch + 200)
    expect(ours.state.probes.get(ours.sessionId)!.z).toBe(patches)
  }
  expect(patches).toBeGreaterThan(10)
  expect(ours.state.probes.toJSON()).toEqual(room.state.probes.toJSON())
}, 120_000)

it.each([
  ['leaves', (client: Client) => client.leave(4_000)],
  ['is cut off', (client: Client) => (client.ref as unknown as { terminate(): void }).terminate()],
  [
    'is cut off while its entity dies',
    (client: Client, room: SpaceRoom) => {
      room.state.probes.delete(client.sessionId)
      ;(client.ref as unknown as { terminate(): void }).terminate()
    },
  ],
] as const)('[IA5] [IA8] who %s in the middle of a patch costs the others nothing', async (_, go) => {
  await using scene = await play()
  const { server, room, ours, stock, step } = scene
  const leaving = await server.connect().joinById('space', ours.id)
  leaving.onStatus(() => {})
  room.reconnectHoldSeconds = 0
  room.put('bait', { x: 2 })
  await step()
  let left = 0
  room.trap = {
    label: 'bait',
    spring: () => {
      left++
      go(room.clients.get(leaving.sessionId) as Client, room)
    },
  }
  room.put('anna', { x: 3 })
  await step()
  expect(left).toBe(1)
  await eventually(() => expect(room.clients).toHaveLength(2))
  await step(2)
  for (const state of [ours.state as unknown as SpaceState, stock.state])
    expect(state.probes.toJSON()).toEqual(room.state.probes.toJSON())
})

import { expect, it } from 'vitest'
import { createServer } from '../../../../server/create-server.ts'
import { type Client, FairgroundError, GameRoom } from '../../../../server/index.ts'
import { ArraySchema, MapSchema, type SchemaType, schema, t } from '../../../../shared/schema.ts'
import { startTestServer } from '../../../../testing/index.ts'
import { notebook } from '../../room/faulty-rooms.ts'
import { scratchFolder } from '../../tls/scratch-folder.ts'

const Sheep = schema({ x: t.float32().default(0), y: t.float32().default(0) }, 'Sheep')
const Field = schema({ flock: t.map(Sheep).view(), open: t.map(Sheep) }, 'Field')
const Farm = schema(
  {
    flock: t.map(Sheep).view(),
    herd: t.array(Sheep).view(),
    open: t.map(Sheep),
    tagged: t.map(Sheep).view(3),
    field: t.ref(Field),
    hidden: t.ref(Field).view(),
  },
  'Farm',
)
type Farm = SchemaType<typeof Farm>

/** Makes a room of that state, which then declares an area. */
function farm(
  declare: (state: Farm, interest: (collection: object, options?: object) => void) => void,
): void {
  class FarmRoom extends GameRoom<{ state: Farm }> {
    override state = new Farm().assign({ field: new Field(), hidden: new Field() })
    constructor() {
      super()
      declare(this.state, (collection, options = {}) =>
        this.interest(collection as never, { x: 'x', y: 'y', radiusMetres: 10, ...options } as never),
      )
    }
  }
  new FarmRoom()
}

function refusalOf(...args: Parameters<typeof farm>): FairgroundError {
  try {
    farm(...args)
  } catch (error) {
    expect(error).toBeInstanceOf(FairgroundError)
    return error as FairgroundError
  }
  throw new Error('it was accepted')
}

it.each([
  ['is not marked', (state: Farm) => state.open, 'open'],
  ['has a tag', (state: Farm) => state.tagged, 'tagged'],
  ['is not marked, further down', (state: Farm) => state.field.open, 'open'],
  ['lies in what not everybody sees', (state: Farm) => state.hidden.flock, 'hidden'],
  ['is in no state', () => new MapSchema(), 'state'],
  ['is in no state, an array', () => new ArraySchema(), 'state'],
  ['is not there', () => undefined as never, 'state'],
])('[IA13] a collection that %s is refused', (_, collection, names) => {
  expect(refusalOf((state, interest) => interest(collection(state)))).toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(names),
  })
})

it.each([
  ['radiusMetres', { radiusMetres: Number.NaN }],
  ['radiusMetres', { radiusMetres: -1 }],
  ['radiusMetres', { radiusMetres: undefined }],
  ['leaveRadiusMetres', { leaveRadiusMetres: 9 }],
  ['leaveRadiusMetres', { leaveRadiusMetres: Number.NaN }],
  ['tiers.beyondMetres', { tiers: [{ beyondMetres: -1, everyPatches: 2 }] }],
  ['tiers.beyondMetres', { tiers: [{ beyondMetres: Number.NaN, everyPatches: 2 }] }],
  ['tiers.everyPatches', { tiers: [{ beyondMetres: 1, everyPatches: 1 }] }],
  ['tiers.everyPatches', { tiers: [{ beyondMetres: 1, everyPatches: 2.5 }] }],
  ['tiers.everyPatches', { tiers: [{ beyondMetres: 1, everyPatches: 65 }] }],
])('[IA13] an impossible %s is refused', (option, options) => {
  expect(refusalOf((state, interest) => interest(state.flock, options))).toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(option),
  })
})

it.each([
  { radiusMetres: 0 },
  { radiusMetres: Number.POSITIVE_INFINITY },
  { radiusMetres: Number.MAX_VALUE },
  { leaveRadiusMetres: 10 },
  { leaveRadiusMetres: Number.POSITIVE_INFINITY },
  {
    tiers: [
      { beyondMetres: 0, everyPatches: 2 },
      { beyondMetres: 5, everyPatches: 64 },
    ],
  },
])('[IA13] what is possible is accepted: %o', (options) => {
  farm((state, interest) => interest(state.flock, options))
  farm((state, interest) => interest(state.herd, options))
  farm((state, interest) => interest(state.field.flock, options))
})

it('[IA13] a class with such an area is refused with its reason when the server is made', () => {
  class OpenFarmRoom extends GameRoom<{ state: Farm }> {
    override state = new Farm()
    sheep = this.interest(this.state.open, { x: 'x', y: 'y', radiusMetres: 10 })
  }
  const make = () =>
    createServer({ rooms: { farm: OpenFarmRoom }, log: 'silent', dataFolder: scratchFolder() })
  expect(make).toThrow(
    expect.objectContaining({
      code: 'ROOM_CLASS_INVALID',
      cause: expect.objectContaining({ code: 'OPTION_INVALID' }),
    }),
  )
})

class NearRoom extends GameRoom<{ state: Farm }> {
  override state = new Farm().assign({ field: new Field() })
  flock = this.interest(this.state.flock, { x: 'x', y: 'y', radiusMetres: 10 })
  deep = this.interest(this.state.field.flock, { x: 'x', y: 'y', radiusMetres: 10 })
  override onJoin({ sessionId }: Client) {
    this.state.flock.set(sessionId, new Sheep())
  }
}
/** Declares the same collection anew. */
class FarRoom extends NearRoom {
  override flock = this.interest(this.state.flock, { x: 'x', y: 'y', radiusMetres: 1_000 })
}

it('[IA13] a class that extends another sees as far as it says itself, and the other as before', async () => {
  await using server = await startTestServer({ rooms: { near: NearRoom, far: FarRoom } })
  for (const [name, sees] of [
    ['near', false],
    ['far', true],
  ] as const) {
    const client = await server.connect().joinOrCreate(name)
    const room = server.room(name, client) as unknown as NearRoom
    for (const flock of [room.state.flock, room.state.field.flock])
      flock.set('dolly', new Sheep().assign({ x: 500 }))
    await server.step(1, client)
    expect(client.state.flock.has('dolly')).toBe(sees)
    expect(client.state.field.flock.has('dolly'), 'the other area is as it was').toBe(false)
    room.flock.lookFrom(room.clients.get(client.sessionId)!, { x: 500, y: 0 })
    await server.step(1, client)
    expect(client.state.field.flock.has('dolly'), 'where the state holds the collection deeper down').toBe(
      true,
    )
  }
})

it('[IA13] [RM8] an area that is refused in onCreate is told in the log, and the room is not opened', async () => {
  class LateRoom extends GameRoom<{ state: Farm }> {
    override state = new Farm()
    override onCreate() {
      this.interest(this.state.open, { x: 'x', y: 'y', radiusMetres: 1 })
    }
  }
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms: { late: LateRoom }, log })
  const join = server.connect().joinOrCreate('late')
  await expect(join).rejects.toMatchObject({ code: 'ROOM_FAILED' })
  expect(lines.filter(({ hook }) => hook === 'onCreate')[0]).toMatchObject({
    msg: 'late.onCreate failed',
    err: { message: expect.stringContaining('open, which is not marked view()') },
  })
})

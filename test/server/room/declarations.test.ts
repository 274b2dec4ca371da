import { Room } from '@colyseus/core'
import { expect, it, onTestFinished } from 'vitest'
import { createServer } from '../../../server/create-server.ts'
import { FairgroundError, GameRoom } from '../../../server/index.ts'
import type { RoomClasses } from '../../../server/server-options.ts'
import { startTestServer } from '../../../testing/index.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

let constructed = 0
class FineRoom extends GameRoom {
  constructor() {
    super()
    constructed++
  }
}

/** Makes a server of these rooms and takes it back; what it throws is the test's. */
function make(rooms: object): void {
  const server = createServer({ rooms: rooms as RoomClasses, log: 'silent', dataFolder: scratchFolder() })
  onTestFinished(() => server.close())
}

function refusalOf(rooms: object): FairgroundError {
  try {
    make(rooms)
  } catch (error) {
    expect(error).toBeInstanceOf(FairgroundError)
    return error as FairgroundError
  }
  throw new Error('it was accepted')
}

it.each(['a', 'arena', 'my-room_2', 'A'.repeat(64), '0', '-', '__proto', 'constructor'])(
  '[RM3] a room may be called "%s"',
  async (name) => {
    await using server = await startTestServer({ rooms: { [name]: FineRoom } })
    expect((await server.connect().joinOrCreate(name, {})).name).toBe(name)
  },
)

it.each(['', 'a room', 'a/b', '../a', 'a.b', 'a:b', 'ä', '🎪', 'a\n', 'A'.repeat(65)])(
  '[RM3] a room may not be called "%s"',
  (name) => {
    expect(refusalOf({ [name]: FineRoom })).toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(`"${name}"`),
      next: expect.stringContaining('letters'),
    })
  },
)

it.each([
  ["a class of Colyseus' own", Room],
  ['a class of something else', class {}],
  ['GameRoom itself', GameRoom],
  ['a room and not its class', Object.create(GameRoom.prototype)],
  ['a function', () => new FineRoom()],
  ['a module', { FineRoom }],
  ['nothing', undefined],
  ['null', null],
  ['a name', 'FineRoom'],
])('[RM2] %s is no room class', (_what, roomClass) => {
  expect(refusalOf({ fine: FineRoom, odd: roomClass })).toMatchObject({
    code: 'ROOM_CLASS_INVALID',
    message: expect.stringContaining('"odd"'),
    next: expect.stringContaining('extends GameRoom'),
  })
})

it.each([
  [
    'field',
    class extends GameRoom {
      override state = (undefined as unknown as { start(): object }).start()
    },
  ],
  [
    'constructor',
    class extends GameRoom {
      constructor() {
        super()
        throw new TypeError("Cannot read properties of undefined (reading 'start')")
      }
    },
  ],
])('[RM2] a class with a %s that throws is named, with its own error as the cause', (_what, roomClass) => {
  const error = refusalOf({ odd: roomClass })
  expect(error).toMatchObject({
    code: 'ROOM_CLASS_INVALID',
    message: `The room "odd" cannot be constructed: Cannot read properties of undefined (reading 'start')`,
    cause: expect.any(TypeError),
  })
  expect((error.cause as Error).stack).toContain('declarations.test.ts')
})

it.each([
  ['tickRateHz', 0, '1 to 240'],
  ['tickRateHz', 241, '1 to 240'],
  ['tickRateHz', Number.NaN, '1 to 240'],
  ['patchEveryTicks', 1.5, 'a whole number, 1 or more'],
  ['maxInputsPerTick', 0, 'a whole number, 1 or more'],
  ['reconnectHoldSeconds', -1, '0 to 600'],
  ['reconnectHoldSeconds', '20', '0 to 600'],
])('[RM2] a class whose %s is %s is refused with the range', (field, value, range) => {
  class Odd extends GameRoom {
    constructor() {
      super()
      Object.assign(this, { [field]: value })
    }
  }
  expect(refusalOf({ odd: Odd })).toMatchObject({
    code: 'ROOM_CLASS_INVALID',
    message: `The room "odd" has ${field} = ${value}; it must be ${range}.`,
  })
})

it('[RM2] what a class throws need not be an error', () => {
  class Odd extends GameRoom {
    constructor() {
      super()
      throw 'a string'
    }
  }
  expect(refusalOf({ odd: Odd }).message).toBe('The room "odd" cannot be constructed: a string')
})

it('[RM2] each class is constructed once, and nothing is left behind by one that is refused', () => {
  constructed = 0
  expect(refusalOf({ fine: FineRoom, odd: undefined }).code).toBe('ROOM_CLASS_INVALID')
  expect(constructed).toBe(1)
  make({ fine: FineRoom })
  expect(constructed).toBe(2)
})

it('a server without rooms answers all the same', async () => {
  await using server = await startTestServer({ rooms: {} })
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  const joining = server.connect().joinOrCreate('arena' as never, {} as never)
  await expect(joining).rejects.toMatchObject({ code: 'ROOM_UNKNOWN' })
})

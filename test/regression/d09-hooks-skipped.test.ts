import { expect, it } from 'vitest'
import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, message, request } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'

// D9: Colyseus' plugins guard hooks before a class's fields exist. In the first room of a class that defines
// onUncaughtException hooks are then skipped, onAuth among them, and in a subclass they run twice.

let ran: string[] = []

class GuardedRoom extends GameRoom {
  override clientsMayCreate = true
  override onCreate = () => void ran.push('onCreate')
  static override async onAuth() {
    ran.push('onAuth')
    return { id: 'somebody', guest: false }
  }
  override onJoin = (client: Client) => void ran.push(`onJoin ${client.auth?.id}`)
  override onLeave = () => void ran.push('onLeave')
  override onDispose = () => void ran.push('onDispose')
  override messages = { hello: message(z.undefined(), () => void ran.push('hello')) }

  override onUncaughtException(error: Error) {
    ran.push(`onUncaughtException ${error.message}`)
  }
}
class SubRoom extends GuardedRoom {}
const rooms = { guarded: GuardedRoom, sub: SubRoom }

const EACH_ONCE = ['onAuth', 'onCreate', 'onJoin somebody', 'hello', 'onLeave', 'onDispose']

it.each(['guarded', 'sub'] as const)(
  'every hook runs once, in the first room of a class as later: %s',
  async (name) => {
    await using server = await startTestServer({ rooms })
    for (const visit of ['first', 'second', 'third']) {
      ran = []
      const room = await server.connect().create(name)
      room.send('hello')
      await room.ping()
      await room.leave()
      await eventually(() => expect(ran, visit).toContain('onDispose'))
      expect(ran, visit).toEqual(EACH_ONCE)
    }
  },
)

it('a refusal in onAuth counts in the first room of a class as later', async () => {
  class LockedRoom extends GuardedRoom {
    static override async onAuth(): Promise<never> {
      throw new FairgroundError('AUTH_FAILED', { message: 'Nobody comes in.' })
    }
  }
  await using server = await startTestServer({ rooms: { locked: LockedRoom } })
  ran = []
  for (let visit = 0; visit < 3; visit++) {
    await expect(server.connect().create('locked')).rejects.toMatchObject({ code: 'AUTH_FAILED' })
  }
  expect(ran.filter((hook) => hook.startsWith('onJoin'))).toEqual([])
})

class MethodRoom extends GuardedRoom {
  override onAuth() {
    return false
  }
}
class FieldRoom extends GameRoom {
  override clientsMayCreate = true
  override onAuth = () => false
}

it.each([
  ['method', MethodRoom],
  ['field', FieldRoom],
])(
  'an onAuth of instances, which Colyseus would skip in silence, is refused at the start: %s',
  async (_, door) => {
    await expect(startTestServer({ rooms: { door } })).rejects.toMatchObject({
      code: 'ROOM_CLASS_INVALID',
      message: expect.stringContaining('"door"'),
      next: expect.stringContaining('static override async onAuth'),
    })
  },
)

it('a type that is a message and a request at once is refused at the start', async () => {
  class TwiceRoom extends GuardedRoom {
    override requests = { hello: request(z.undefined(), () => 'hello') }
  }
  await expect(startTestServer({ rooms: { twice: TwiceRoom } })).rejects.toMatchObject({
    code: 'ROOM_CLASS_INVALID',
    message: expect.stringContaining('"hello"'),
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { FieldRoom, fault, HOOKS, type Hook, MethodRoom, notebook, SoundRoom, WAYS } from './faulty-rooms.ts'

const rooms = { method: MethodRoom, field: FieldRoom, sound: SoundRoom }
type Kind = 'method' | 'field'
type Server = TestServer<typeof rooms>

/** What a client whose join runs into the hook is told. */
const REFUSALS: Partial<Record<Hook, string>> = {
  onAuth: 'JOIN_FAILED',
  onCreate: 'ROOM_FAILED',
  onJoin: 'JOIN_FAILED',
}

afterEach(() => {
  fault.hook = undefined
})

describe.each(['method', 'field'] as const)('a room with its hooks as %ss', (kind) => {
  describe.each(WAYS)('one of which %s', (way) => {
    it.each(HOOKS)('%s: is reported with room, hook and stack, and harms nobody else', async (hook) => {
      const { log, lines } = notebook()
      await using server = await startTestServer({ rooms, log })
      const neighbour = await server.connect().joinOrCreate('sound')
      await server.step(1, neighbour)
      const before = neighbour.state.opened
      fault.hook = hook
      fault.way = way
      await meet(server, kind, hook)
      await eventually(() => {
        expect(lines).toContainEqual(
          expect.objectContaining({
            room: kind,
            hook,
            err: expect.objectContaining({
              message: `wrong in ${hook}`,
              stack: expect.stringContaining('faulty-rooms.ts'),
            }),
          }),
        )
      })
      fault.hook = undefined
      const next = await server.connect().joinOrCreate(kind)
      await server.step(2, neighbour, next)
      expect(neighbour.state.opened).toBeGreaterThan(before)
      expect([neighbour.status, next.status]).toEqual(['open', 'open'])
      expect(await next.request('ask', undefined)).toBe('well')
    })
  })
})

/** Lets a client run into a failing hook, and sees what it is told: never the text of the exception. */
async function meet(server: Server, kind: Kind, hook: Hook): Promise<void> {
  const joining = server.connect().joinOrCreate(kind)
  const refusal = REFUSALS[hook]
  if (refusal) {
    await expect(joining).rejects.toMatchObject({
      code: refusal,
      message: expect.not.stringContaining('wrong in'),
    })
    return
  }
  const room = await joining
  const codes: string[] = []
  room.onError(({ code }) => codes.push(code))
  await server.step(3, room)
  if (hook === 'messages.poke') {
    room.send('poke')
    await eventually(() => expect(codes).toEqual(['HANDLER_FAILED']))
  } else if (hook === 'requests.ask') {
    await expect(room.request('ask', undefined)).rejects.toMatchObject({ code: 'HANDLER_FAILED' })
  } else if (hook === 'onDrop' || hook === 'onReconnect') {
    const { ref } = server.room(kind, room).clients.getById(room.sessionId)!
    ;(ref as WebSocket).terminate()
    // Who cannot be let in again is told so; a failing onDrop keeps nobody out.
    const ends = hook === 'onDrop' ? 'open' : 'closed'
    await eventually(() => expect(room.status).toBe('reconnecting'))
    await eventually(() => expect(room.status).toBe(ends))
  }
  await room.leave()
}

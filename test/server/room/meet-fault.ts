import { expect } from 'vitest'
import type { WebSocket } from 'ws'
import type { TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import type { FieldRoom, Hook, MethodRoom } from './faulty-rooms.ts'

type Kind = 'method' | 'field'
type Server = TestServer<{ method: typeof MethodRoom; field: typeof FieldRoom }>

/** What a client whose join runs into the hook is told. */
const REFUSALS: Partial<Record<Hook, string>> = {
  onAuth: 'JOIN_FAILED',
  onCreate: 'ROOM_FAILED',
  onJoin: 'JOIN_FAILED',
}

/** Lets a client run into a failing hook, and sees what it is told: never the text of the exception. */
export async function meet(server: Server, kind: Kind, hook: Hook): Promise<void> {
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

import { expect, it, vi } from 'vitest'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { YardRoom } from './yard-room.ts'

const rooms = { yard: YardRoom }

it('answers a request with the reply of its handler', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  expect(await room.request('double', 21)).toEqual({ doubled: 42 })
  const many = await Promise.all([1, 2, 3].map((n) => room.request('double', n)))
  expect(many.map(({ doubled }) => doubled)).toEqual([2, 4, 6])
})

it('passes a refusal on with the reason the room gave', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  await expect(room.request('refused', undefined)).rejects.toMatchObject({
    code: 'REQUEST_REFUSED',
    message: 'Not today.',
  })
})

it('tells a failed handler from a refusal, without internal text', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  await expect(room.request('trip', undefined)).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: expect.not.stringContaining('fell over'),
  })
})

it('names the field at fault in an invalid request, and a type the room does not know', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  await expect(room.request('double', 'two' as never)).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
    message: expect.stringContaining('double'),
  })
  await expect(room.request('triple' as 'double', 2)).rejects.toMatchObject({
    code: 'MESSAGE_UNKNOWN',
    message: expect.stringContaining('"triple"'),
  })
  expect(room.status).toBe('open')
})

it('gives up when no reply comes in time', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  await expect(room.request('never', undefined, { timeoutMs: 30 })).rejects.toMatchObject({
    code: 'REQUEST_TIMEOUT',
    retry: 'later',
  })
})

it('says that the connection was lost before the reply, since the room may have acted', async () => {
  await using server = await startTestServer({ rooms })
  vi.spyOn(console, 'info').mockImplementation(() => {})
  const room = await server.connect().joinOrCreate('yard')
  const asked = room.request('never', undefined)
  const refused = expect(asked).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  await room.ping()
  server.room('yard', room).breakConnection(room.sessionId)
  await refused
  await expect(room.request('double', 1)).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  await eventually(() => expect(room.status).toBe('open'))
  expect(await room.request('double', 4)).toEqual({ doubled: 8 })
})

import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { connect } from '../../client-sdk/index.ts'
import { FairgroundError, GameRoom } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { tlsServer } from './stranger-servers.ts'

class ArenaRoom extends GameRoom {
  override maxClients = 1
  override joinOptions = z.object({ name: z.string().min(1) })
}
class ClosedRoom extends GameRoom {
  override onJoin() {
    throw new FairgroundError('JOIN_REFUSED', { message: 'Members only.' })
  }
}
class BrokenRoom extends GameRoom {
  override onCreate() {
    throw new Error('secret path /srv/game')
  }
}
const rooms = { arena: ArenaRoom, closed: ClosedRoom, broken: BrokenRoom }
const ann = { name: 'Ann' }

it('names the nearest room for one that does not exist', async () => {
  await using server = await startTestServer({ rooms })
  await expect(server.connect().joinOrCreate('arna' as 'arena', ann)).rejects.toMatchObject({
    code: 'ROOM_UNKNOWN',
    retry: 'never',
    message: 'The server has no room named "arna". Did you mean "arena"?',
  })
})

it('names the field at fault in join options', async () => {
  await using server = await startTestServer({ rooms })
  await expect(server.connect().joinOrCreate('arena', { name: '' })).rejects.toMatchObject({
    code: 'JOIN_OPTIONS_INVALID',
    message: expect.stringContaining('name'),
  })
})

it('tells a full room, no open room and a room that is gone apart', async () => {
  await using server = await startTestServer({ rooms })
  await expect(server.connect().join('arena', ann)).rejects.toMatchObject({ code: 'NO_ROOM_OPEN' })
  const room = await server.connect().joinOrCreate('arena', ann)
  await expect(server.connect().joinById('arena', room.id, ann)).rejects.toMatchObject({ code: 'ROOM_FULL' })
  await expect(server.connect().joinById('arena', 'nowhere', ann)).rejects.toMatchObject({
    code: 'ROOM_NOT_FOUND',
  })
})

it("passes a room's own refusal on, and no internal text of a room that fails", async () => {
  await using server = await startTestServer({ rooms })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  await expect(server.connect().joinOrCreate('closed')).rejects.toMatchObject({
    code: 'JOIN_REFUSED',
    message: 'Members only.',
  })
  const failed = server.connect().joinOrCreate('broken')
  await expect(failed).rejects.toMatchObject({ code: 'ROOM_FAILED' })
  await expect(failed).rejects.not.toThrow('secret')
})

it('refuses a client of another protocol version at its first request', async () => {
  await using server = await startTestServer({ rooms })
  const response = await fetch(`${server.url}/matchmake/joinOrCreate/arena`, {
    method: 'POST',
    headers: { 'x-fairground-protocol': '999' },
    body: JSON.stringify(ann),
  })
  expect(await response.json()).toMatchObject({ name: 'VERSION_MISMATCH', code: 4303 })
})

it('suspects the proxy when https gets through and the WebSocket does not', async () => {
  await using server = await startTestServer({ rooms })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const proxy = await tlsServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const headers = { authorization: request.headers.authorization ?? '' }
    const answer = await fetch(`${server.url}${request.url}`, { method: 'POST', body, headers })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  const joining = connect<typeof server.server>(`wss://localhost:${proxy}`).joinOrCreate('arena', ann)
  const error = await joining.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(FairgroundError)
  expect(error).toMatchObject({ code: 'UPGRADE_REFUSED', retry: 'change' })
  expect((error as FairgroundError).message).toContain(
    'a proxy in front of the server drops the Upgrade header',
  )
})

it('says SERVER_SHUTTING_DOWN or SERVER_DOWN to who comes too late', async () => {
  await using server = await startTestServer({ rooms })
  const client = server.connect()
  await client.identity()
  const closing = server.close()
  await expect(client.joinOrCreate('arena', ann)).rejects.toMatchObject({ retry: 'later' })
  await closing
  await expect(client.joinOrCreate('arena', ann)).rejects.toMatchObject({ code: 'SERVER_DOWN' })
})

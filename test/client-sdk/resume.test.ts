import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { wireOf } from '../../client-sdk/room.ts'
import { type KeyValue, memoryStorage } from '../../client-sdk/storage.ts'
import { startTestServer, type TestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { HastyYardRoom, YardRoom } from './yard-room.ts'

const rooms = { yard: YardRoom, hasty: HastyYardRoom }
let page: EventTarget

// As much of a browser's page as the SDK asks for: it tells when it goes away.
beforeEach(() => {
  page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})
afterEach(() => void vi.unstubAllGlobals())

/** A page that joins and is then reloaded: its session is saved, its program gone, its connection broken. */
async function joinAndReload(server: TestServer<typeof rooms>, name: 'yard' | 'hasty', tab: KeyValue) {
  const room = await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate(name, { name: 'Ann' })
  page.dispatchEvent(new Event('pagehide'))
  wireOf(room).reconnection.enabled = false
  const running = server.room(name, room)
  running.breakConnection(room.sessionId)
  await eventually(() => expect(room.status).toBe('closed'))
  return { room, running }
}

it('goes on with the session after a reload: same player, same room, state as it is now', async () => {
  await using server = await startTestServer({ rooms })
  const tab = memoryStorage()
  const { room: before, running } = await joinAndReload(server, 'yard', tab)
  running.state.bell = 9
  const after = await server
    .connect({ sessionStorage: tab, storage: tab })
    .joinOrCreate('yard', { name: 'Ann' })
  expect(after).toMatchObject({ resumed: true, sessionId: before.sessionId, id: before.id, status: 'open' })
  expect(after.state.bell).toBe(9)
  expect([...after.state.children.keys()]).toEqual([before.sessionId])
  expect(running.clients).toHaveLength(1)
  after.send('ring')
  await server.step(1, after)
  expect(after.state.bell).toBe(10)
})

it('can be reloaded again and again', async () => {
  await using server = await startTestServer({ rooms })
  const tab = memoryStorage()
  const { room: first } = await joinAndReload(server, 'yard', tab)
  const { room: second } = await joinAndReload(server, 'yard', tab)
  const third = await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate('yard')
  expect(second).toMatchObject({ resumed: true, sessionId: first.sessionId })
  expect(third).toMatchObject({ resumed: true, sessionId: first.sessionId })
})

it('joins anew when the hold time was over before the page came back', async () => {
  await using server = await startTestServer({ rooms })
  const tab = memoryStorage()
  const keeper = await server.connect().joinOrCreate('hasty')
  const { room: before, running } = await joinAndReload(server, 'hasty', tab)
  await eventually(() => expect(running.state.children.size).toBe(1))
  const after = await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate('hasty')
  expect(after).toMatchObject({ resumed: false, id: keeper.id })
  expect(after.sessionId).not.toBe(before.sessionId)
})

it('joins anew when the room is gone, and when the saved session is junk', async () => {
  await using server = await startTestServer({ rooms })
  const tab = memoryStorage()
  const key = `fairground.session:${server.url}/yard`
  for (const junk of ['nowhere:secret', 'nowhere', ':', '']) {
    tab.setItem(key, junk)
    const room = await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate('yard')
    expect(room, `after "${junk}"`).toMatchObject({ resumed: false, status: 'open' })
  }
})

it('gives a saved session out once, so that a duplicated tab cannot take it', async () => {
  await using server = await startTestServer({ rooms })
  const tab = memoryStorage()
  const room = await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate('yard')
  expect(
    tab.getItem(`fairground.session:${server.url}/yard`),
    'nothing is stored while the page lives',
  ).toBeNull()
  page.dispatchEvent(new Event('pagehide'))
  expect(tab.getItem(`fairground.session:${server.url}/yard`)).toBe(room.reconnectionToken)
  await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate('yard')
  expect(tab.getItem(`fairground.session:${server.url}/yard`)).toBeNull()
})

it('does not save a session that was left', async () => {
  await using server = await startTestServer({ rooms })
  const tab = memoryStorage()
  const room = await server.connect({ sessionStorage: tab, storage: tab }).joinOrCreate('yard')
  await room.leave()
  page.dispatchEvent(new Event('pagehide'))
  expect(tab.getItem(`fairground.session:${server.url}/yard`)).toBeNull()
})

it('takes up the session behind a token that was kept elsewhere', async () => {
  await using server = await startTestServer({ rooms })
  const guest = memoryStorage()
  const { room } = await joinAndReload(server, 'yard', guest)
  const same = () => server.connect({ storage: guest })
  expect(await server.connect().resume('yard', room.reconnectionToken), 'another guest').toBeUndefined()
  expect((await same().resume('yard', room.reconnectionToken))?.sessionId).toBe(room.sessionId)
  expect(await same().resume('yard')).toBeUndefined()
  expect(await same().resume('yard', `${room.id}:guessed`)).toBeUndefined()
})

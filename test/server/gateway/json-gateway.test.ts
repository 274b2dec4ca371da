import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { JsonPeer } from './json-peer.ts'
import { ParlourRoom, PatchRoom } from './parlour-room.ts'

const rooms = { parlour: ParlourRoom, patches: PatchRoom }
let server: TestServer<typeof rooms>

beforeAll(async () => {
  server = await startTestServer({ rooms, ticks: 'real', limits: { takeSeatMs: 2_000, kicksToBan: 1_000 } })
})
afterAll(() => server?.close())

async function seated(name = 'Ann') {
  const peer = await JsonPeer.connect(server.url, 'parlour')
  const joined = await peer.join({ name })
  expect(joined).toMatchObject({ type: 'joined' })
  return { peer, joined, room: server.room('parlour', { id: joined['roomId'] }) }
}

async function refusedUpgrade(path: string, protocols: string[], options: ClientOptions = {}) {
  const socket = new WebSocket(`${server.url.replace('https', 'wss')}${path}`, protocols, options)
  socket.on('error', () => {})
  const [request, response] = await once(socket, 'unexpected-response')
  request.destroy()
  return response.statusCode
}

describe('a machine that reads JSON', () => {
  it('[JG1] joins, is told what the room offers of its state, and then what waited for it', async () => {
    const { peer, joined } = await seated('Zoë')
    expect(joined['state']).toEqual({ bell: expect.any(Number), you: expect.stringMatching(/^guest-/) })
    expect(await peer.event('welcome')).toMatchObject({ data: { name: 'Zoë', greeting: 'Grüß dich 👋' } })
    expect(peer.told.map(({ type }) => type)).toEqual(['joined', 'event'])
    peer.socket.close()
  })

  it('[JG2] sends and asks, as any client: the same handlers, and everybody hears', async () => {
    const { peer, room } = await seated()
    const browser = await server.connect().joinById('parlour', room.roomId, { name: 'Ben' })
    const heard: unknown[] = []
    browser.on('rang' as never, (data: unknown) => heard.push(data))
    peer.say({ type: 'send', name: 'ring', data: 3 })
    expect(await peer.event('rang')).toMatchObject({ data: { times: 3 } })
    await eventually(() => expect(heard).toMatchObject([{ times: 3 }]))
    expect(await peer.request('add', [1, 2, 3.5])).toMatchObject({ data: 6.5 })
    peer.say({ type: 'state', id: 900 })
    await eventually(() =>
      expect(peer.told).toContainEqual({
        type: 'reply',
        id: 900,
        data: { bell: room.state.bell, you: expect.anything() },
      }),
    )
    expect(peer.told.filter(({ type }) => type === 'binary')).toEqual([])
    await browser.leave()
    peer.say({ type: 'leave' })
    expect(await peer.closed).toMatchObject({ code: 4000 })
  })

  it('[JG3] is known by its token, in the header or in the join', async () => {
    const answer = await fetch(`${server.url}/auth/guest`, { method: 'POST' })
    const { token, identity } = (await answer.json()) as { token: string; identity: { id: string } }
    const byHeader = await JsonPeer.connect(server.url, 'parlour', {
      headers: { authorization: `Bearer ${token}` },
    })
    expect((await byHeader.join({ name: 'Ann' }))['state'].you).toBe(identity.id)
    const byText = await JsonPeer.connect(server.url, 'parlour')
    expect((await byText.join({ name: 'Ann' }, token))['state'].you).toBe(identity.id)
    const forged = await JsonPeer.connect(server.url, 'parlour')
    expect(await forged.join({ name: 'Ann' }, `${token}x`)).toMatchObject({ error: { code: 'AUTH_FAILED' } })
    expect(await forged.closed).toEqual({ code: 4002, reason: 'AUTH_FAILED' })
    for (const peer of [byHeader, byText]) peer.socket.close()
  })

  it('[JG4] gets errors in words, and the reply where it asked', async () => {
    const { peer } = await seated()
    expect(await peer.request('refuse')).toMatchObject({
      error: { code: 'REQUEST_REFUSED', message: 'Not today.' },
    })
    expect(await peer.request('add', ['1'])).toMatchObject({ error: { code: 'MESSAGE_INVALID' } })
    expect(await peer.request('nothing')).toMatchObject({ error: { code: 'MESSAGE_UNKNOWN' } })
    expect(await peer.request('constructor')).toMatchObject({ error: { code: 'MESSAGE_UNKNOWN' } })
    expect(await peer.request('rarely')).toMatchObject({ data: 'well' })
    expect(await peer.request('rarely')).toMatchObject({ error: { code: 'RATE_LIMITED' } })
    peer.say({ type: 'send', name: 'slip' })
    expect(await peer.error('HANDLER_FAILED')).toMatchObject({ type: 'error' })
    peer.say({ type: 'send', name: 'ring', data: 12 })
    expect((await peer.event('welcome'))['type']).toBe('event')
    peer.socket.close()
  })

  it('[JG5] finds the door shut where a room wants no machines, and where there is no room', async () => {
    const unwanted = await JsonPeer.connect(server.url, 'patches')
    expect(await unwanted.join()).toMatchObject({ error: { code: 'JSON_REFUSED' } })
    const nowhere = await JsonPeer.connect(server.url, 'parlor')
    expect(await nowhere.join()).toMatchObject({ error: { code: 'ROOM_UNKNOWN' } })
    const wrong = await JsonPeer.connect(server.url, 'parlour')
    expect(await wrong.join({ name: '' })).toMatchObject({ error: { code: 'JOIN_OPTIONS_INVALID' } })
    expect((await wrong.closed).code).toBe(4002)
  })

  it('[JG6] gets no WebSocket without the subprotocol, or with anything behind a question mark', async () => {
    expect(await refusedUpgrade('/json/parlour', [])).toBe(400)
    expect(await refusedUpgrade('/json/parlour', ['fairground.json.v9'])).toBe(400)
    expect(await refusedUpgrade('/json/parlour?token=abc', ['fairground.json.v1'])).toBe(400)
    const origin = 'https://elsewhere.example'
    expect(await refusedUpgrade('/json/parlour', ['fairground.json.v1'], { origin })).toBe(403)
  })

  it('[JG7] leaves no seat behind when its line breaks', async () => {
    const { peer, joined, room } = await seated()
    peer.socket.terminate()
    await eventually(() => expect(room.clients.getById(joined['sessionId'])).toBeUndefined())
    expect(Object.keys(room['_reservedSeats'])).toEqual([])
  })

  it('[JG7] is sent away when it connects and says nothing', async () => {
    const silent = await JsonPeer.connect(server.url, 'parlour')
    expect(await silent.closed).toEqual({ code: 4002, reason: 'JOIN_FAILED' })
  })
})

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('what no machine should say', () => {
  it.each<[string, string | Buffer]>([
    ['no JSON', '{"type":"send",'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a number', '7'],
    ['null', 'null'],
    ['no type', '{}'],
    ['a type that is no text', '{"type":7}'],
    ['an unknown type', '{"type":"sing"}'],
    ['a type that every object has', '{"type":"constructor"}'],
    ['a message without a name', '{"type":"send","data":1}'],
    ['a message of the framework', '{"type":"send","name":"__closing"}'],
    ["Colyseus' own type for all", '{"type":"send","name":"*"}'],
    ['a name that is too long', JSON.stringify({ type: 'send', name: 'n'.repeat(65) })],
    ['a request without a number', '{"type":"request","name":"add"}'],
    ['a request with half a number', '{"type":"request","id":0.5,"name":"add"}'],
    ['a request with a number beyond all', '{"type":"request","id":1e300,"name":"add"}'],
    ['a number that is infinite', '{"type":"send","name":"ring","data":1e999}'],
    ['a field too many', '{"type":"leave","now":true}'],
    ['fields that objects have anyway', '{"type":"send","name":"ring","data":{"__proto__":{"a":1}}}'],
    ['the same behind an escape', '{"type":"send","name":"ring","data":{"\\u005f_proto__":{"a":1}}}'],
    ['lists 17 deep', `{"type":"send","name":"ring","data":${deep(16)}}`],
    ['lists 7,000 deep', `{"type":"send","name":"ring","data":${deep(7_000)}}`],
    ['a binary frame', Buffer.from([13, 164, 114, 105, 110, 103, 3])],
  ])(
    '[JG8] is told that %s cannot be read, before the join and after, and nothing else happens',
    async (_, text) => {
      const { peer, room } = await seated()
      const early = await JsonPeer.connect(server.url, 'parlour')
      const before = room.heard.length
      for (const each of [peer, early]) {
        each.socket.send(text)
        expect(await each.error('FRAME_MALFORMED')).toMatchObject({ error: { next: expect.any(String) } })
        expect(each.socket.readyState).toBe(WebSocket.OPEN)
      }
      expect(room.heard).toHaveLength(before)
      expect(await peer.request('add', [1, 1])).toMatchObject({ data: 2 })
      expect(await early.join({ name: 'Late' })).toMatchObject({ type: 'joined' })
      for (const each of [peer, early]) each.socket.terminate()
    },
  )

  it('[JG8] takes lists 15 deep in a message', async () => {
    const { peer } = await seated()
    peer.say(`{"type":"send","name":"ring","data":${deep(15)}}`)
    expect(await peer.error('MESSAGE_INVALID')).toMatchObject({ type: 'error' })
    peer.socket.terminate()
  })

  it('[JG9] ends the connection of who sends a text of more than 16 KiB, or one that is not UTF-8', async () => {
    const { peer } = await seated()
    peer.say({ type: 'send', name: 'ring', data: 'x'.repeat(16_384) })
    expect(await peer.closed).toMatchObject({ code: 1009 })
    const early = await JsonPeer.connect(server.url, 'parlour')
    early.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })
    expect(await early.closed).toMatchObject({ code: 1007 })
  })

  it('[JG10] hears that the join comes first, once, and is not repeated', async () => {
    const peer = await JsonPeer.connect(server.url, 'parlour')
    peer.say({ type: 'send', name: 'ring', data: 1 })
    expect(await peer.error('NOT_CONNECTED')).toMatchObject({ type: 'error' })
    expect(await peer.request('add', [1])).toMatchObject({ error: { code: 'NOT_CONNECTED' } })
    await peer.join({ name: 'Ann' })
    peer.say({ type: 'join', options: { name: 'Ann' } })
    expect(await peer.error('FRAME_MALFORMED')).toMatchObject({
      error: { message: 'One join a connection.' },
    })
    peer.socket.terminate()
  })

  it('[JG11] sends a flood away, and those who play on beside it notice nothing', async () => {
    const { peer } = await seated()
    const flood = (await seated('Flood')).peer
    for (let sent = 0; sent < 2_000; sent++) flood.say({ type: 'send', name: 'ring', data: 1 })
    expect(await flood.closed).toMatchObject({ code: 4321 })
    expect(flood.told.filter(({ error }) => error?.code === 'RATE_LIMITED').length).toBeLessThan(100)
    const early = await JsonPeer.connect(server.url, 'parlour')
    for (let sent = 0; sent < 500; sent++) early.say('{')
    expect(await early.closed).toMatchObject({ code: 4320 })
    expect(await peer.request('add', [2, 2])).toMatchObject({ data: 4 })
    peer.socket.terminate()
  })
})

import { beforeEach, expect, it, vi } from 'vitest'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { notebook } from './faulty-rooms.ts'
import * as house from './guest-house.ts'

const { asked } = house
beforeEach(() => void asked.splice(0))

const rooms = {
  house: house.HouseRoom,
  slow: house.SlowHouseRoom,
  rules: house.BrokenRulesRoom,
  club: house.ClubRoom,
  picky: house.PickyRoom,
}
const ann = { name: 'Ann' }

it("[JN1] every hook gets the schema's output, not what was sent", async () => {
  await using server = await startTestServer({ rooms })
  await server.connect().joinOrCreate('house', { name: ' Ann ', nights: '3', extra: 1 } as never)
  const booking = { name: 'Ann', nights: 3 }
  expect(asked).toEqual([
    ['onAuth', booking],
    ['onCreate', booking],
    ['onJoin', booking],
  ])
})

it.each([
  ['none', undefined, 'name: a name please'],
  ['null', null, 'name: a name please'],
  ['of another type', { name: 7 }, 'name: a name please'],
  ['empty once trimmed', { name: '  ' }, 'name: '],
  ['out of range', { name: 'Ann', nights: 10 }, 'nights: '],
  ['wrong twice', { nights: 'many' }, /name: .*; nights: /],
])('[JN1] options that are %s open no room and ask no hook', async (_what, options, problem) => {
  await using server = await startTestServer({ rooms })
  for (const method of ['joinOrCreate', 'create', 'join'] as const) {
    await expect(server.connect()[method]('house', options as never)).rejects.toMatchObject({
      code: 'JOIN_OPTIONS_INVALID',
      retry: 'change',
      message: expect.stringMatching(problem),
    })
  }
  expect(asked).toEqual([])
  expect(server.server.status().rooms).toBe(0)
})

it('[JN1] options of a room chosen by id are checked by the schema of that room', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().create('house', ann)
  const elsewhere = server.connect().joinById('club', room.id, {} as never)
  await expect(elsewhere).rejects.toMatchObject({ code: 'JOIN_OPTIONS_INVALID' })
  expect(server.room('house', room).clients).toHaveLength(1)
  expect(asked.filter(([hook]) => hook === 'onAuth')).toHaveLength(1)
})

it('[JN1] a schema may take its time', async () => {
  await using server = await startTestServer({ rooms })
  const refused = server.connect().joinOrCreate('slow', { name: 'Mallory' })
  await expect(refused).rejects.toMatchObject({ message: 'Join options: name: not you again' })
  expect((await server.connect().joinOrCreate('slow', ann)).status).toBe('open')
})

it('[JN9] a schema that throws is logged; the client is told no internal text', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log })
  const failed = server.connect().joinOrCreate('rules', ann)
  await expect(failed).rejects.toMatchObject({
    code: 'ROOM_FAILED',
    message: expect.not.stringContaining('secret'),
  })
  await eventually(() => {
    const [{ err } = {}] = lines
    expect(err).toMatchObject({
      message: 'secret of the rules',
      stack: expect.stringContaining('guest-house.ts'),
    })
  })
  expect((await server.connect().joinOrCreate('house', ann)).status).toBe('open')
})

it.each([
  ['huose', ' Did you mean "house"?'],
  ['HOUSE', ' Did you mean "house"?'],
  ['clubs', ' Did you mean "club"?'],
  ['shooter', ''],
  ['x'.repeat(300), ''],
])('[JN2] there is no room "%s"', async (name, suggestion) => {
  await using server = await startTestServer({ rooms })
  for (const method of ['joinOrCreate', 'create', 'join'] as const) {
    await expect(server.connect()[method](name as 'house', ann)).rejects.toMatchObject({
      code: 'ROOM_UNKNOWN',
      retry: 'never',
      message: `The server has no room named "${name.slice(0, 64)}".${suggestion}`,
    })
  }
})

it('[JN3] join takes an open room or none, joinOrCreate opens one, create always does', async () => {
  await using server = await startTestServer({ rooms })
  const none = { code: 'NO_ROOM_OPEN', retry: 'later' }
  await expect(server.connect().join('house', ann)).rejects.toMatchObject(none)
  const first = await server.connect().joinOrCreate('house', ann)
  expect((await server.connect().join('house', ann)).id).toBe(first.id)
  await expect(server.connect().join('house', ann), 'it is full').rejects.toMatchObject(none)
  const second = await server.connect().joinOrCreate('house', ann)
  const third = await server.connect().create('house', ann)
  expect(new Set([first.id, second.id, third.id]).size).toBe(3)
  expect((await server.connect().joinOrCreate('house', ann)).id).toBe(second.id)
})

it.each([
  ['knows the word', 'sesame', undefined],
  ['knows a wrong one', 'abracadabra', { code: 'JOIN_REFUSED', message: 'Say the word.' }],
  ['is answered with false', 'nobody', { code: 'AUTH_FAILED' }],
  ['is answered with nothing', 'nothing', { code: 'AUTH_FAILED' }],
])('[JN5] onAuth decides about who %s, before there is a room', async (_who, token, refusal) => {
  await using server = await startTestServer({ rooms })
  const joining = server.connect({ token }).joinOrCreate('club')
  if (refusal) await expect(joining).rejects.toMatchObject(refusal)
  else {
    const [client] = server.room('club', await joining).clients
    expect(client?.auth).toEqual({ id: 'ann', guest: false })
  }
  expect(server.server.status().rooms).toBe(refusal ? 0 : 1)
  expect(asked).toEqual([['onAuth', { ip: '127.0.0.1', encrypted: true, identity: undefined }]])
})

it('[JN5] by default everybody comes in as a guest, and a token of somebody else does not', async () => {
  await using server = await startTestServer({ rooms })
  const client = server.connect()
  const room = await client.joinOrCreate('house', ann)
  const auth = server.room('house', room).clients.getById(room.sessionId)?.auth
  expect(auth).toEqual(await client.identity())
  const stranger = server.connect({ token: 'from.another.server' }).joinOrCreate('house', ann)
  await expect(stranger).rejects.toMatchObject({ code: 'AUTH_FAILED' })
  expect(server.room('house', room).clients).toHaveLength(1)
})

it('[JN5] who claims another address in a header is known by the socket', async () => {
  await using server = await startTestServer({ rooms })
  const headers = {
    'x-forwarded-for': '203.0.113.7',
    'x-real-ip': '203.0.113.7',
    authorization: 'Bearer sesame',
  }
  const response = await fetch(`${server.url}/matchmake/joinOrCreate/club`, { method: 'POST', headers })
  expect(response.status).toBe(200)
  expect(asked[0]?.[1]).toMatchObject({ ip: '127.0.0.1' })
})

it('[RM8] a room that refuses in onJoin is answered by its reason, and the seat is free again', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // the official SDK tells about the refusal there
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log })
  const room = await server.connect().joinOrCreate('picky', { luggage: 1 })
  const refused = server.connect().joinOrCreate('picky', { luggage: 9 })
  await expect(refused).rejects.toMatchObject({ code: 'JOIN_REFUSED', message: 'Too much luggage.' })
  expect(lines).toEqual([])
  const next = await server.connect().join('picky', { luggage: 5 })
  expect(next.id).toBe(room.id)
  expect(server.room('picky', room).clients).toHaveLength(2)
})

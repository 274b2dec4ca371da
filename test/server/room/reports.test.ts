import { expect, it } from 'vitest'
import { z } from 'zod'
import { FairgroundError, GameRoom, message } from '../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { notebook, type Report } from './faulty-rooms.ts'

/** Fails in every step and at every poke. */
class WrongRoom extends GameRoom {
  override messages = {
    poke: message(z.undefined(), () => {
      throw new Error('wrong in a handler')
    }),
    refuse: message(z.undefined(), () => {
      throw new FairgroundError('REQUEST_REFUSED')
    }),
    oddly: message(z.undefined(), () => {
      throw undefined
    }),
  }
  override onTick() {
    throw new Error('wrong in a step')
  }
}
const rooms = { wrong: WrongRoom, other: WrongRoom }
/** Rooms that may fail as long as the test wants. */
const PATIENT = { maxRoomFaults: 1_000_000, maxClientFaults: 1_000_000 }

async function counted(server: TestServer<typeof rooms>, hook: string): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const line = metrics.split('\n').find((text) => text.includes(`{room="wrong",hook="${hook}"}`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const of = (lines: Report[], hook: string) =>
  lines.filter((line) => line.hook === hook) as (Report & Record<string, unknown>)[]

it('[RM4] [RM9] a hook that keeps failing is told once a second with what was left out, and counted each time', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log, limits: PATIENT })
  const room = await server.connect().joinOrCreate('wrong')
  let steps = 30
  await server.step(steps, room)
  expect(of(lines, 'onTick')).toHaveLength(1)
  expect(of(lines, 'onTick')[0]).toMatchObject({
    room: 'wrong',
    roomId: room.id,
    msg: 'wrong.onTick failed',
    err: { message: 'wrong in a step', stack: expect.stringContaining('reports.test.ts') },
  })
  expect(of(lines, 'onTick')[0]).not.toHaveProperty('suppressed')
  await eventually(async () => {
    steps++
    await server.step(1, room)
    expect(of(lines, 'onTick')).toHaveLength(2)
  })
  expect(of(lines, 'onTick')[1]).toMatchObject({ suppressed: steps - 2 })
  expect(await counted(server, 'onTick')).toBe(steps)
})

it('[RM9] the reports of one hook, and of one room, hide no others', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log, limits: PATIENT })
  const room = await server.connect().joinOrCreate('wrong')
  const other = await server.connect().joinOrCreate('other')
  room.send('poke')
  room.send('poke')
  await server.step(2, room, other)
  expect(lines.map(({ room, hook }) => `${room} ${hook}`)).toEqual([
    'wrong messages.poke',
    'wrong onTick',
    'other onTick',
  ])
  expect(of(lines, 'messages.poke')[0]).toMatchObject({ sessionId: room.sessionId })
  expect(await counted(server, 'messages.poke')).toBe(2)
})

it('[RM4] what is thrown need not be an error', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log, limits: PATIENT })
  const room = await server.connect().joinOrCreate('wrong')
  const codes: string[] = []
  room.onError(({ code }) => codes.push(code))
  room.send('oddly')
  await eventually(() => expect(codes).toEqual(['HANDLER_FAILED']))
  expect(of(lines, 'messages.oddly')[0]).toMatchObject({ room: 'wrong', err: { message: 'undefined' } })
})

it('[RM8] a refusal is an answer: neither reported nor counted', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log, limits: PATIENT })
  const room = await server.connect().joinOrCreate('wrong')
  const codes: string[] = []
  room.onError(({ code }) => codes.push(code))
  room.send('refuse')
  await eventually(() => expect(codes).toEqual(['REQUEST_REFUSED']))
  expect(lines).toEqual([])
  expect(await counted(server, 'messages.refuse')).toBe(0)
})

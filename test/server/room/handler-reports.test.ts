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
  }
  override onTick() {
    throw new Error('wrong in a step')
  }
}
const rooms = { wrong: WrongRoom, other: WrongRoom }

async function counted(server: TestServer<typeof rooms>, hook: string): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const line = metrics.split('\n').find((text) => text.includes(`{room="wrong",hook="${hook}"}`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const of = (lines: Report[], hook: string) =>
  lines.filter((line) => line.hook === hook) as (Report & Record<string, unknown>)[]

it('[RM9] the reports of one hook, and of one room, hide no others', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log })
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

it('[RM8] what a handler refuses is an answer: neither reported nor counted', async () => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log })
  const room = await server.connect().joinOrCreate('wrong')
  const codes: string[] = []
  room.onError(({ code }) => codes.push(code))
  room.send('refuse')
  await eventually(() => expect(codes).toEqual(['REQUEST_REFUSED']))
  expect(lines).toEqual([])
  expect(await counted(server, 'messages.refuse')).toBe(0)
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { wireOf } from '../../../../client-sdk/room.ts'
import { startTestServer } from '../../../../testing/index.ts'
import { eventually } from '../../../eventually.ts'
import { notebook } from '../../room/faulty-rooms.ts'
import { FussyRoom, QUESTIONS, type Question } from './fussy-room.ts'

const rooms = { hall: FussyRoom }

const told = vi.fn()
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(told.mockClear()))
afterEach(() => {
  expect(told, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

/** Two players in the middle of a hall; one guest near, the host and a friend far away. */
async function play() {
  const { log, lines } = notebook()
  const server = await startTestServer({ rooms, log })
  const ann = await server.connect().joinOrCreate('hall')
  const ben = await server.connect().joinById('hall', ann.id)
  const room = server.room('hall', ann) as unknown as FussyRoom
  room.seat('near', 10)
  room.seat('host', 500)
  room.seat('friend', 300, 'friends')
  room.seat('stranger', 300, 'others')
  const names = new Map([
    [ann.sessionId, 'ann'],
    [ben.sessionId, 'ben'],
  ])
  return {
    server,
    room,
    ann,
    ben,
    lines,
    seatOf: ({ sessionId }: { sessionId: string }) => room.clients.get(sessionId) as never,
    seen: ({ state }: typeof ann) => [...state.guests.keys()].map((key) => names.get(key) ?? key).sort(),
    step: (ticks = 1) => server.step(ticks, ann, ben),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** What ann sees while one question is answered by a failure; her own purse besides. */
const WITHOUT: Record<Question, string[]> = {
  // She has no entity: she looks from where she did, and has no friends.
  owner: ['ann', 'ben', 'host', 'near'],
  viewpoint: ['ann', 'ben', 'friend', 'host', 'near'],
  always: ['ann', 'ben', 'friend', 'near'],
  team: ['ann', 'ben', 'host', 'near'],
  visible: ['ann'],
  tags: ['ann', 'ben', 'friend', 'host', 'near'],
  priority: ['ann', 'ben', 'friend', 'host', 'near'],
  bytes: ['ann', 'ben', 'friend', 'host', 'near'],
}

it.each(QUESTIONS)(
  '[IA12] a failing answer to "%s" is reported, hides, and stops nobody\'s patch',
  async (question) => {
    await using scene = await play()
    const { room, ann, ben, seen, step, lines } = scene
    const everything = ['ann', 'ben', 'friend', 'host', 'near']
    await step(2)
    expect(seen(ann)).toEqual(everything)
    expect(ann.state.guests.get(ann.sessionId)!.purse).toBe(7)
    room.broken = question
    room.state.guests.get('near')!.y = 3
    await step(3)
    expect([seen(ann), seen(ben)]).toEqual([WITHOUT[question], WITHOUT[question].map(swap).sort()])
    const keepsPurse = question !== 'tags' && question !== 'owner'
    expect(ann.state.guests.get(ann.sessionId)!.purse).toBe(keepsPurse ? 7 : undefined)
    for (const { state } of [ann, ben]) {
      expect(state.tick, 'what has nothing to do with it arrives').toBe(room.state.tick)
      if (question !== 'visible') expect(state.guests.get('near')?.y).toBe(3)
    }
    expect(lines.filter(({ hook }) => hook === 'interest')[0]).toMatchObject({
      msg: 'hall.interest failed',
      err: { message: `wrong in ${question}` },
    })
    room.broken = undefined
    await step()
    expect([seen(ann), seen(ben)]).toEqual([everything, everything])
    expect(ann.state.guests.get(ann.sessionId)!.purse).toBe(7)
  },
)

const swap = (name: string) => (name === 'ann' ? 'ben' : name === 'ben' ? 'ann' : name)

it.each(QUESTIONS)('[IA12] a player may join while "%s" fails', async (question) => {
  await using scene = await play()
  const { server, room, ann, step } = scene
  await step()
  room.broken = question
  const cy = await server.connect().joinById('hall', ann.id)
  room.broken = undefined
  await server.step(1, cy)
  const all = room.state.guests.toJSON() as Record<string, unknown>
  expect(Object.keys(cy.state.guests.toJSON()).sort()).toEqual(
    Object.keys(all)
      .filter((key) => key !== 'stranger')
      .sort(),
  )
})

it('[IA12] what fails for many entities at once counts as one failure a patch: it closes no room by itself', async () => {
  await using scene = await play()
  const { server, room, ann, step } = scene
  for (let n = 0; n < 200; n++) room.seat(`n${n}`, 5)
  room.broken = 'visible'
  await step()
  room.broken = undefined
  await step()
  expect(ann.status).toBe('open')
  expect(ann.state.guests.size).toBe(205)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const counted = /^fairground_room_errors_total\{room="hall",hook="interest"\} (\d+)$/m.exec(metrics)?.[1]
  expect(Number(counted), 'each is counted all the same').toBeGreaterThanOrEqual(2 * 204)
})

it('[IA2] a client owns what the room says, and sees it even where it is hidden or far away', async () => {
  await using scene = await play()
  const { room, ann, seen, step } = scene
  room.owns.set(ann.sessionId, 'stranger')
  room.state.guests.get('stranger')!.hidden = true
  await step()
  expect(ann.state.guests.get('stranger')!.purse, 'its own purse').toBe(7)
  expect(ann.state.guests.get(ann.sessionId), 'it looks from there').toBeUndefined()
  expect(seen(ann)).toEqual(['friend', 'host', 'stranger'])
})

it('[IA4] a client looks from where the room answers, until the room says otherwise by lookFrom', async () => {
  await using scene = await play()
  const { room, ann, seen, step } = scene
  room.looksFrom.set(ann.sessionId, { x: 320, y: 0 })
  await step()
  expect(seen(ann)).toEqual(['ann', 'ben', 'friend', 'host', 'stranger'])
  room.guests.lookFrom(scene.seatOf(ann), { x: 20, y: 0 })
  await step()
  expect(seen(ann)).toEqual(['ann', 'ben', 'friend', 'host', 'near'])
  room.guests.lookFrom(scene.seatOf(ann), undefined)
  await step()
  expect(seen(ann)).toEqual(['ann', 'ben', 'friend', 'host', 'stranger'])
})

it('[IA11] who is hidden is not there, whatever makes it visible otherwise, and comes back', async () => {
  await using scene = await play()
  const { room, ann, seen, step } = scene
  await step()
  for (const key of ['near', 'host', 'friend']) room.state.guests.get(key)!.hidden = true
  await step()
  expect(seen(ann)).toEqual(['ann', 'ben'])
  for (const key of ['near', 'host', 'friend']) room.state.guests.get(key)!.hidden = false
  await step()
  expect(seen(ann)).toEqual(['ann', 'ben', 'friend', 'host', 'near'])
})

it('sees() tells the room what a client has, as of the last patch', async () => {
  await using scene = await play()
  const { server, room, ann, ben, step } = scene
  const agrees = () => {
    for (const client of [ann, ben])
      for (const [key, guest] of room.state.guests)
        expect([key, room.guests.sees(scene.seatOf(client), guest)]).toEqual([
          key,
          client.state.guests.has(key),
        ])
  }
  await step()
  agrees()
  const near = room.state.guests.get('near')!
  near.x = 500
  expect(room.guests.sees(scene.seatOf(ann), near), 'as of the last patch').toBe(true)
  await step()
  agrees()
  room.state.guests.delete('near')
  await step()
  expect(room.guests.sees(scene.seatOf(ann), near), 'who is gone').toBe(false)
  expect(room.guests.sees({ sessionId: 'nobody' }, room.state.guests.get('host')!)).toBe(false)
  const before = scene.seatOf(ann)
  wireOf(ann).connection.close()
  await eventually(() => expect(ann.status).toBe('reconnecting'))
  await eventually(() => expect(ann.status).toBe('open'))
  room.seat('late', 4)
  await server.step(1, ann, ben)
  agrees()
  expect(room.guests.sees(before, room.state.guests.get('late')!), 'by session, not by connection').toBe(true)
})

import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { notebook } from './faulty-rooms.ts'

/** Length of a step at 20 Hz, in milliseconds. */
const STEP_MS = 50

let fault: (() => unknown) | undefined
let ran: string[] = []
const note = (what: string) => () => {
  ran.push(what)
  return fault?.()
}

/** Begins its timers before anybody could have armed the room. */
class FieldTimersRoom extends GameRoom {
  override clientsMayCreate = true
  readonly timers = [
    this.clock.setTimeout(() => void ran.push('first'), STEP_MS),
    this.clock.setTimeout(note('timeout'), STEP_MS),
    this.clock.setInterval(note('interval'), STEP_MS),
    this.clock.setTimeout(() => void ran.push('last'), STEP_MS),
  ]
}

/** Begins the same timers when it opens. */
class HookTimersRoom extends GameRoom {
  override clientsMayCreate = true
  override onCreate() {
    this.clock.setTimeout(() => void ran.push('first'), STEP_MS)
    this.clock.setTimeout(note('timeout'), STEP_MS)
    this.clock.setInterval(note('interval'), STEP_MS)
    this.clock.setTimeout(() => void ran.push('last'), STEP_MS)
  }
}

/** Hands a timer its arguments, and takes two timers back. */
class ArgumentsRoom extends GameRoom {
  override clientsMayCreate = true
  override onCreate() {
    this.clock.setTimeout((a: string, b: number) => void ran.push(a.repeat(b)), STEP_MS, 'ha', 3)
    this.clock.setTimeout(note('cleared'), STEP_MS).clear()
    const paused = this.clock.setInterval(note('paused'), STEP_MS)
    paused.pause()
    this.clock.setTimeout(() => paused.resume(), STEP_MS * 3)
  }
}
const rooms = { field: FieldTimersRoom, hook: HookTimersRoom, arguments: ArgumentsRoom }

const THROWS = () => {
  throw new Error('wrong in a timer')
}
const CASES = (['field', 'hook'] as const).flatMap((name) => [
  { name, manner: 'throw', how: THROWS },
  { name, manner: 'reject', how: () => Promise.reject(new Error('wrong in a timer')) },
])

it.each(CASES)(
  'timers begun in a $name that $manner are named in the log, and the others go on',
  async ({ name, how }) => {
    const { log, lines } = notebook()
    await using server = await startTestServer({ rooms, log })
    const client = await server.connect().joinOrCreate(name)
    ran = []
    fault = how
    await server.step(3, client)
    const times = (what: string) => ran.filter((other) => other === what).length
    expect(['first', 'timeout', 'interval', 'last'].map(times), 'an interval goes on').toEqual([1, 1, 3, 1])
    await eventually(() => expect(lines).toHaveLength(2))
    expect(lines.map(({ hook }) => hook).sort()).toEqual(['clock.setInterval', 'clock.setTimeout'])
    for (const line of lines) {
      expect(line).toMatchObject({
        room: name,
        err: { message: 'wrong in a timer', stack: expect.stringContaining('timers.test.ts') },
      })
    }
    expect(client.status).toBe('open')
  },
)

it('timers get their arguments, and can be cleared, paused and resumed', async () => {
  await using server = await startTestServer({ rooms })
  const client = await server.connect().joinOrCreate('arguments')
  ran = []
  fault = undefined
  await server.step(2, client)
  expect(ran).toEqual(['hahaha'])
  await server.step(3, client)
  expect(new Set(ran)).toEqual(new Set(['hahaha', 'paused']))
})

it('no timer runs after its room has closed', async () => {
  await using server = await startTestServer({ rooms })
  const [leaving, staying] = [
    await server.connect().create('field'),
    await server.connect().create('arguments'),
  ]
  const { clock } = server.room('field', leaving)
  await leaving.leave()
  await eventually(() => expect(clock.delayed).toEqual([]))
  ran = []
  await server.step(3, staying)
  expect(ran).not.toContain('interval')
})

import { beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { GameRoom, message } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { notebook } from './room/faulty-rooms.ts'

/** What the room throws in its next steps, if anything. */
let thrown: { value: unknown } | undefined
let stray: (() => unknown) | undefined
beforeEach(() => {
  thrown = undefined
  stray = undefined
})

class LooseRoom extends GameRoom {
  override messages = { begin: message(z.undefined(), () => void stray?.()) }
  override onTick() {
    if (thrown) throw thrown.value
  }
}
const rooms = { loose: LooseRoom }

const unprintable = {
  toString() {
    throw new Error('no words')
  },
  [Symbol.toPrimitive]: () => ({}),
}
const ODD = [
  ['text', 'astray', 'astray'],
  ['a number', 7, '7'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['an object', { code: 7 }, '{ code: 7 }'],
  ['an object without a prototype', Object.assign(Object.create(null), { code: 7 }), 'code: 7'],
  ['an object that cannot be made text of', unprintable, 'toString'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
] as const

it.each(ODD)('[RM4] what a hook throws need not be an error: %s', async (_what, value, text) => {
  const { log, lines } = notebook()
  await using server = await startTestServer({ rooms, log })
  const room = await server.connect().joinOrCreate('loose')
  thrown = { value }
  await server.step(2, room)
  expect(lines).toMatchObject([{ hook: 'onTick', err: { message: expect.stringContaining(text) } }])
  expect(room.status).toBe('open')
})

const STRAY = [
  ['an exception in a timer', 'uncaughtException', (value: unknown) => setTimeout(() => raise(value), 0)],
  ['a promise nobody waits for', 'unhandledRejection', (value: unknown) => Promise.reject(value)],
] as const
const CASES = STRAY.flatMap(([what, origin, begin]) => [
  { what, origin, begin, value: new Error('astray'), thing: 'an error', text: 'astray' },
  ...ODD.map(([thing, value, text]) => ({ what, origin, begin, value, thing, text })),
])

it.each(CASES)('[RM10] $what ends nothing: it is logged and counted ($thing)', async (entry) => {
  const { origin, begin, value, text } = entry
  const { log, lines } = notebook()
  // The test runner would take these errors for its own.
  const runners = process.listeners(origin as 'uncaughtException')
  process.removeAllListeners(origin)
  try {
    await using server = await startTestServer({ rooms, log })
    const room = await server.connect().joinOrCreate('loose')
    stray = () => begin(value)
    room.send('begin')
    await eventually(() => expect(lines).toHaveLength(1))
    expect(lines[0]).toMatchObject({ origin, err: { message: expect.stringContaining(text) } })
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toMatch(/^fairground_stray_errors_total 1$/m)
    await server.step(1, room)
    expect(room.status).toBe('open')
  } finally {
    for (const runner of runners) process.on(origin, runner)
  }
})

it('a server that has closed listens for stray errors no longer', async () => {
  const count = () => process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')
  const before = count()
  const server = await startTestServer({ rooms })
  expect(count()).toBe(before + 2)
  await server.close()
  expect(count()).toBe(before)
})

function raise(value: unknown): never {
  throw value
}

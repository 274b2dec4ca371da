import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Client as StockClient, type Room as StockRoom } from '@colyseus/sdk'
import { beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import { eventually } from '../../eventually.ts'
import { Victim } from '../../victim.ts'

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

const HOUR_MS = 3_600_000
/** Twice the time in which so many words are allowed. */
const WORDS = 15
const WORD_EVERY_MS = 200

const preload = pathToFileURL(join(import.meta.dirname, 'jumping-clock.ts')).href
const start = (SIDE: 'plain' | 'ours') =>
  Victim.start(join(import.meta.dirname, 'ticking-server.ts'), { SIDE, NODE_OPTIONS: `--import ${preload}` })

interface Count {
  steps: number
  timers: number
}
const count = (victim: Victim) => victim.ask<Count>('count')

async function jump(victim: Victim, ms: number): Promise<void> {
  await eventually(async () => expect((await count(victim)).steps).toBeGreaterThan(10))
  expect(await victim.ask<number>(`jump ${ms}`)).toBe(ms)
}

/** Says as many words as an honest player may, and tells with which code it was sent away, if it was. */
async function talk(room: Pick<StockRoom, 'send' | 'onLeave'>): Promise<number | undefined> {
  let code: number | undefined
  room.onLeave((left) => {
    code = left
  })
  for (let words = 0; words < WORDS && code === undefined; words++) {
    room.send('word')
    await wait(WORD_EVERY_MS)
  }
  return code
}

it('plain Colyseus stands still when the clock is set back, and sends honest players away', async () => {
  await using victim = await start('plain')
  const room = await new StockClient(victim.url).joinOrCreate('clockwork')
  await jump(victim, -HOUR_MS)
  const before = await count(victim)
  expect(await talk(room)).toBe(4002)
  const after = await count(victim)
  expect(after.steps - before.steps, 'of about 40').toBeLessThan(5)
  expect(after.timers - before.timers).toBeLessThan(3)
})

it.each([-HOUR_MS, HOUR_MS])(
  '[TK3] a clock that jumps by %s ms changes nothing',
  { timeout: 60_000 },
  async (ms) => {
    await using victim = await start('ours')
    const ours = await connect(victim.url.replace('https:', 'wss:')).joinOrCreate('clockwork')
    const statuses: string[] = []
    ours.onStatus((status) => statuses.push(status))
    const room = await new StockClient(victim.url).joinById(ours.id)
    await jump(victim, ms)
    const before = await count(victim)
    const seen = (ours.state as { steps: number }).steps
    expect(await talk(room)).toBeUndefined()
    const after = await count(victim)
    expect(after.steps - before.steps, 'steps go on').toBeGreaterThan(20)
    expect(after.timers - before.timers, 'so do timers').toBeGreaterThan(10)
    await eventually(() => {
      const { steps, words } = ours.state as { steps: number; words: number }
      expect(steps, 'and patches').toBeGreaterThan(seen + 20)
      expect(words).toBe(WORDS)
    })
    expect(statuses).toEqual([])
    const late = await connect(victim.url.replace('https:', 'wss:')).joinOrCreate('clockwork')
    expect(late.id, 'joins are as before').toBe(ours.id)
  },
)

it('[SE6] a client whose clock is set back comes back to its session all the same', async () => {
  await using victim = await start('ours')
  const room = await connect(victim.url.replace('https:', 'wss:')).joinOrCreate('clockwork')
  const statuses: string[] = []
  room.onStatus((status) => statuses.push(status))
  const realMs = Date.now()
  const clock = vi.spyOn(Date, 'now').mockReturnValue(realMs - HOUR_MS)
  try {
    const { wireOf } = await import('../../../client-sdk/room.ts')
    ;(wireOf(room).connection.transport as unknown as { ws: WebSocket }).ws.close(4010)
    await eventually(() => expect(statuses).toEqual(['reconnecting', 'open']))
  } finally {
    clock.mockRestore()
  }
})

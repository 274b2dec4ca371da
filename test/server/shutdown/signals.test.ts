import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client as StockClient } from '@colyseus/sdk'
import { beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import { eventually } from '../../eventually.ts'
import { Victim } from '../../victim.ts'
import type { ClosingServer } from './closing-server.ts'

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

const start = (env: Record<string, string> = {}) =>
  Victim.start(join(import.meta.dirname, 'closing-server.ts'), { SIDE: 'ours', ...env })

const limits = (values: object) => ({ LIMITS: JSON.stringify(values) })

function clientOf({ url }: Victim) {
  return connect<ClosingServer>(url.replace('https:', 'wss:'))
}

it('plain Colyseus lives on as a zombie when one room does not come to its end', async () => {
  await using victim = await start({ SIDE: 'plain' })
  const room = await new StockClient(victim.url).create('onDispose')
  const left = new Promise((done) => room.onLeave(done))
  victim.signal('SIGTERM')
  expect(await left).toBe(4001)
  // Nobody is there any more, and nobody is let in; but it beats, and would for ever.
  await expect(new StockClient(victim.url).create('onDispose')).rejects.toThrow()
  await new Promise((done) => setTimeout(done, 5_000))
  expect(await victim.fate()).toBe('works')
})

it.each(['onDispose', 'onBeforeShutdown', 'onLeave'] as const)(
  '[SD5] SIGTERM ends the process with 0 in bounded time, though %s never returns',
  async (name) => {
    await using victim = await start(limits({ shutdownMs: 1_000 }))
    const hanging = await clientOf(victim).joinOrCreate(name)
    const calm = await clientOf(victim).joinOrCreate('calm')
    const told: unknown[] = []
    for (const room of [hanging, calm])
      room.onStatus((status, reason) => told.push(`${status} ${reason?.code}`))
    const folder = await victim.ask<string>('folder')
    victim.signal('SIGTERM')
    const saved = eventually(() => expect(readFileSync(`${folder}/saved`, 'utf8')).toBe('calm'))
    expect(await victim.ended()).toBe(0)
    await saved
    await eventually(() => expect(told).toEqual(Array(2).fill('closed SERVER_SHUTTING_DOWN')))
  },
)

it('[SD6] a second SIGTERM ends the time of notice, a third the wait for rooms', {
  timeout: 60_000,
}, async () => {
  const hour = 3_600_000
  await using victim = await start(limits({ shutdownNoticeMs: hour, shutdownMs: hour }))
  const room = await clientOf(victim).joinOrCreate('onBeforeShutdown')
  const notices: number[] = []
  room.onClosing(({ inMs }) => notices.push(inMs))
  victim.signal('SIGTERM')
  await eventually(() => expect(notices).toHaveLength(1))
  expect(notices[0]).toBeGreaterThan(hour - 60_000)
  const state = async () => (await fetch(`${victim.url}/matchmake/reconnect/x`, { method: 'POST' })).json()
  // Whoever was here may come back while rooms play on, and not while they are closed.
  expect(await state()).not.toMatchObject({ name: 'SERVER_SHUTTING_DOWN' })
  victim.signal('SIGTERM')
  await eventually(async () => expect(await state()).toMatchObject({ name: 'SERVER_SHUTTING_DOWN' }))
  expect(await victim.fate()).toBe('works')
  victim.signal('SIGTERM')
  expect(await victim.ended()).toBe(0)
})

it('[SD5] SIGTERM ends the process though a hook begins a loop without an end', {
  timeout: 60_000,
}, async () => {
  await using victim = await start(limits({ shutdownMs: 500 }))
  await clientOf(victim).joinOrCreate('looping')
  victim.signal('SIGTERM')
  expect(await victim.ended(), 'killed, for it cannot end by itself').toBeNull()
})

import { beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { GameRoom, request } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { notebook } from '../room/faulty-rooms.ts'

beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

/** What each step costs, in milliseconds. */
let stepMs = 0
const Furnace = schema({ heat: t.uint32().default(0) }, 'Furnace')
type Furnace = SchemaType<typeof Furnace>

class FurnaceRoom extends GameRoom<{ state: Furnace }> {
  override tickRateHz = 20
  override state = new Furnace()
  override requests = { alive: request(z.undefined(), () => this.tick) }
  patches = 0
  override onTick() {
    this.state.heat++
    const endMs = performance.now() + stepMs
    while (performance.now() < endMs);
  }
  override onBeforePatch() {
    this.patches++
  }
}
const rooms = { furnace: FurnaceRoom }

/** Changes of level take seconds each. */
const patiently = <T>(assertion: () => T | Promise<T>) =>
  vi.waitFor(assertion, { timeout: 60_000, interval: 50 })

it('[OV1] [OV2] [OV3] [OV4] sheds joins, then patches, never steps; and lets everybody in again when it is over', {
  timeout: 180_000,
}, async () => {
  const { log, lines } = notebook('info')
  await using server = await startTestServer({ rooms, log, ticks: 'real', limits: { overloadDelayMs: 30 } })
  const room = await server.connect().joinOrCreate('furnace')
  const running = server.room('furnace', room)
  const level = async () =>
    Number(/^fairground_overload_level (\d)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1])
  const health = async () => {
    const response = await fetch(`${server.url}/healthz`)
    return [response.status, ((await response.json()) as { status: string }).status]
  }
  expect(await level()).toBe(0)
  expect(await health()).toEqual([200, 'ok'])

  stepMs = 70
  await patiently(async () => expect(await level()).toBeGreaterThan(0))
  const refused = await fetch(`${server.url}/matchmake/joinOrCreate/furnace`, { method: 'POST' })
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await expect(server.connect().joinOrCreate('furnace')).rejects.toMatchObject({
    code: 'SERVER_BUSY',
    retry: 'later',
    retryAfterMs: expect.any(Number),
  })
  expect(await health()).toEqual([200, 'busy'])

  await patiently(async () => expect(await level()).toBe(4))
  const before = { tick: running.tick, patches: running.patches, heat: room.state.heat }
  await patiently(() => expect(running.tick).toBeGreaterThan(before.tick + 40))
  const steps = running.tick - before.tick
  expect(running.patches - before.patches).toBeLessThanOrEqual(steps / 4 + 1)
  expect(running.patches - before.patches, 'state goes out still').toBeGreaterThanOrEqual(8)
  await patiently(() => expect(room.state.heat).toBeGreaterThan(before.heat))
  expect(await room.request('alive', undefined), 'replies are not held back').toBeGreaterThan(before.tick)
  ;(running.clients.getById(room.sessionId)!.ref as WebSocket).terminate()
  await patiently(() => expect(room.status).toBe('reconnecting'))
  await patiently(() => expect(room.status, 'who was here comes back').toBe('open'))

  stepMs = 0
  await patiently(async () => expect(await level()).toBe(0))
  const next = await server.connect().joinOrCreate('furnace')
  expect([room.status, next.status]).toEqual(['open', 'open'])
  const calm = { tick: running.tick, patches: running.patches }
  await eventually(() => expect(running.tick).toBeGreaterThan(calm.tick + 10))
  expect(running.patches - calm.patches).toBeGreaterThanOrEqual(10)
  const changes = lines.filter(({ msg }) => /overload/.test(msg ?? ''))
  expect(changes).toHaveLength(8)
})

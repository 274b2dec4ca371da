import { Callbacks } from '@colyseus/sdk'
import { Predict } from '@colyseus/sdk/predict'
import { beforeEach, expect, it, vi } from 'vitest'
import { wireOf } from '../../client-sdk/room.ts'
import { startTestServer } from '../../testing/index.ts'
import { stepRunner, type TrackInput, TrackRoom } from '../client-sdk/track-room.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'
import { eventually } from '../eventually.ts'

// What client-sdk/ relies on inside the official SDK.

const rooms = { yard: YardRoom, track: TrackRoom }
beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => {}))

it('reconnection has the settings we change, and no others that we would have to (reconnection.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const { reconnection } = wireOf(await server.connect().joinOrCreate('yard'))
  expect(Object.keys(reconnection).sort()).toEqual(
    [
      ...['backoff', 'delay', 'enabled', 'enqueuedMessages', 'isReconnecting', 'maxDelay'],
      ...['maxEnqueuedMessages', 'maxRetries', 'minDelay', 'minUptime', 'retryCount'],
    ].sort(),
  )
  expect(reconnection).toMatchObject({
    enabled: true,
    minUptime: Number.NEGATIVE_INFINITY,
    maxEnqueuedMessages: 10,
  })
})

it('the waits between tries grow to a bound (reconnection.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const { reconnection } = wireOf(await server.connect().joinOrCreate('yard'))
  const waits = Array.from({ length: 12 }, (_, i) => {
    const wanted = reconnection.backoff(i + 1, reconnection.delay)
    return Math.min(reconnection.maxDelay, Math.max(reconnection.minDelay, wanted))
  })
  expect(waits[0]).toBeLessThanOrEqual(100)
  expect(waits.at(-1)).toBeGreaterThanOrEqual(1_500)
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000)
})

it('a retry asks for the bound on tries each time, after the connection is told to be closed (reconnection.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const wire = wireOf(room)
  const told: string[] = []
  room.onStatus((status) => told.push(status))
  wire.onDrop(() => {
    wire.reconnection.maxRetries = 0
  })
  server.room('yard', room).breakConnection(room.sessionId)
  await eventually(() => expect(told).toEqual(['reconnecting', 'closed']))
})

it("a connection's socket has handlers that can be taken off (reconnection.ts)", async () => {
  await using server = await startTestServer({ rooms })
  const { connection } = wireOf(await server.connect().joinOrCreate('yard'))
  const { ws } = connection.transport as unknown as { ws: WebSocket }
  expect(ws).toBeInstanceOf(WebSocket)
  for (const handler of ['onopen', 'onmessage', 'onclose', 'onerror'] as const)
    expect(ws[handler], handler).toBeTypeOf('function')
})

it('a connection keeps its object, its onmessage and its send over a reconnect (traffic.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const { connection } = wireOf(room)
  const { onmessage } = connection.events
  const before = room.traffic.receivedFrames
  server.room('yard', room).breakConnection(room.sessionId)
  await eventually(() => expect(room.status).toBe('reconnecting'))
  await eventually(() => expect(room.status).toBe('open'))
  await room.ping()
  expect(wireOf(room).connection).toBe(connection)
  expect(connection.events.onmessage).toBe(onmessage)
  expect(room.traffic.receivedFrames).toBeGreaterThan(before)
})

it('only one ping is remembered at a time (room.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('yard')
  const answered: string[] = []
  wireOf(room).ping(() => answered.push('first'))
  wireOf(room).ping(() => answered.push('second'))
  await room.request('double', 1)
  await room.request('double', 1)
  expect(answered).toEqual(['second'])
})

it('state callbacks exist under the names we forward to (room.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const wire = wireOf(await server.connect().joinOrCreate('yard'))
  expect(wire.serializerId).toBe('schema')
  const callbacks = Callbacks.get(wire as never) as unknown as Record<string, unknown>
  for (const name of ['onAdd', 'onRemove', 'listen']) expect(callbacks[name], name).toBeTypeOf('function')
})

it('prediction has the parts we wrap, and measures errors only under a bound for warnings (netcode.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('track')
  await server.step(1, room)
  const predict = Predict.get(wireOf(room) as never) as Predict<never>
  for (const name of ['attachAll', 'reconciler', 'tick', 'value', 'dispose'] as const)
    expect(predict[name], name).toBeTypeOf('function')
  const input = room.input()
  const options = (more: object) => ({
    input: input as never,
    fields: ['x'] as never,
    step: (({ dt }: { dt: number }, entity: { x: number }, command: TrackInput) =>
      stepRunner(entity, command, dt)) as never,
    ...more,
  })
  const runner = room.state.runners.get(room.sessionId)! as never
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {}) // two predict one runner here
  const silent = predict.reconciler(runner, options({}))
  const measuring = predict.reconciler(runner, options({ warnOnDivergence: Number.POSITIVE_INFINITY }))
  server.room('track', room).wall = 0
  input.data.push = 1
  input.send()
  await server.step(1, room)
  predict.tick(performance.now() + 1_000)
  expect(silent.drift.ema).toBe(0)
  expect(measuring.drift.ema).toBeGreaterThan(0)
  expect(warned.mock.calls.join()).not.toContain('diverg')
})

it('a room with inputs has a clock with the readings we pass on (netcode.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const { clock } = wireOf(await server.connect().joinOrCreate('track'))
  expect([clock.serverNow(), clock.smoothedRtt(), clock.jitter()].every(Number.isFinite)).toBe(true)
})

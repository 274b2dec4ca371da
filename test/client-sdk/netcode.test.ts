import { expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { netcode } from '../../client-sdk/netcode.ts'
import { startTestServer, type TestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { METRES_PER_SECOND, stepRunner, TrackRoom } from './track-room.ts'

const rooms = { track: TrackRoom }
const TICK_MS = 50
const STEP_METRES = METRES_PER_SECOND / 20

type Server = TestServer<typeof rooms>

async function startRunning(server: Server) {
  const room = await server.connect().joinOrCreate('track')
  await server.step(1, room)
  const runner = room.state.runners.get(room.sessionId)!
  const play = netcode(room)
  const own = play.predict(runner, {
    fields: ['x'],
    step: (entity, input, { dt }) => stepRunner(entity, input, dt),
  })
  let nowMs = Math.ceil(performance.now())
  play.frame(nowMs, () => {})
  /** One drawn frame a tick later, with the stick fully to the right. */
  const frame = (push = 1) => {
    nowMs += TICK_MS
    return play.frame(nowMs, (input) => {
      input.push = push
    })
  }
  return { room, runner, play, own, frame, on: server.room('track', room) }
}

it('runs the own entity ahead of the server by the inputs that are on their way', async () => {
  await using server = await startTestServer({ rooms })
  const { room, runner, own, frame } = await startRunning(server)
  for (let i = 1; i <= 3; i++) expect(frame()).toBe(1)
  expect(own.entity.x).toBeCloseTo(3 * STEP_METRES)
  expect(own.pendingInputs).toBe(3)
  expect(runner.x, 'the state itself is never written').toBe(0)
  await server.step(1, room)
  expect(runner.x).toBeCloseTo(STEP_METRES)
  expect(own.entity.x).toBeCloseTo(3 * STEP_METRES)
  expect(own.pendingInputs).toBe(2)
})

it('needs no correction where client and server agree', async () => {
  await using server = await startTestServer({ rooms })
  const { room, runner, own, frame } = await startRunning(server)
  for (let tick = 0; tick < 20; tick++) {
    frame(Math.sin(tick))
    if (tick > 2) await server.step(1, room)
  }
  await server.step(3, room)
  frame(0)
  expect(own.error).toBeLessThan(1e-4)
  expect(own.entity.x).toBeCloseTo(runner.x, 4)
})

it('comes back to where the server says, and tells how far off it was', async () => {
  await using server = await startTestServer({ rooms })
  const { room, runner, own, play, frame, on } = await startRunning(server)
  on.wall = 2 * STEP_METRES
  for (let tick = 0; tick < 6; tick++) frame()
  expect(own.entity.x).toBeCloseTo(6 * STEP_METRES)
  await server.step(6, room)
  expect(runner.x).toBeCloseTo(2 * STEP_METRES)
  frame(0)
  expect(own.error).toBeGreaterThan(0.01)
  for (let tick = 0; tick < 20; tick++) {
    frame(0)
    await server.step(1, room)
  }
  expect(own.entity.x).toBeCloseTo(2 * STEP_METRES)
  expect(play.value(runner, 'x'), 'what is drawn has glided there').toBeCloseTo(2 * STEP_METRES, 1)
})

it('goes on after a reconnect', async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {})
  await using server = await startTestServer({ rooms })
  const { room, runner, own, frame, on } = await startRunning(server)
  frame()
  await server.step(1, room)
  ;(on.clients.getById(room.sessionId)!.ref as WebSocket).terminate()
  await eventually(() => expect(room.status).toBe('reconnecting'))
  await eventually(() => expect(room.status).toBe('open'))
  for (let tick = 0; tick < 10; tick++) {
    frame()
    await server.step(1, room)
  }
  frame(0)
  await server.step(1, room)
  frame(0)
  expect(runner.x).toBeCloseTo(11 * STEP_METRES)
  expect(own.entity.x).toBeCloseTo(runner.x, 4)
  expect(own.pendingInputs).toBeLessThan(3)
})

it('sends one input per tick of the room, however often frames are drawn', async () => {
  await using server = await startTestServer({ rooms })
  const { own, play, frame } = await startRunning(server)
  frame()
  const startMs = performance.now() + 1_000_000
  play.frame(startMs, () => {})
  const before = own.pendingInputs
  let sent = 0
  for (let ms = 1; ms <= 200; ms++) sent += play.frame(startMs + ms, () => {})
  expect(sent).toBeGreaterThanOrEqual(3)
  expect(sent).toBeLessThanOrEqual(5)
  expect(own.pendingInputs).toBe(before + sent)
})

it('sends nothing before something is predicted, and nothing any more after the end', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('track')
  await server.step(1, room)
  const play = netcode(room)
  const startMs = performance.now()
  expect(play.frame(startMs, () => expect.unreachable())).toBe(0)
  expect(play.frame(startMs + 500, () => expect.unreachable())).toBe(0)
  const own = play.predict(room.state.runners.get(room.sessionId)!, { step: () => {} })
  own.stop()
  expect(play.frame(startMs + 1_000, () => expect.unreachable())).toBe(0)
  play.stop()
  expect(room.status).toBe('open')
})

it('knows an input that is run again after a correction from one that is new', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('track')
  await server.step(1, room)
  const play = netcode(room)
  const runs: boolean[] = []
  play.predict(room.state.runners.get(room.sessionId)!, {
    fields: ['x'],
    step(entity, input, { dt, replayed }) {
      expect(dt).toBeCloseTo(TICK_MS / 1000)
      runs.push(replayed)
      stepRunner(entity, input, dt)
    },
  })
  let nowMs = Math.ceil(performance.now())
  const frame = () => {
    nowMs += TICK_MS
    play.frame(nowMs, (input) => {
      input.push = 1
    })
  }
  frame()
  frame()
  frame()
  expect(runs.every((replayed) => !replayed)).toBe(true)
  server.room('track', room).wall = STEP_METRES / 2
  await server.step(1, room)
  frame()
  expect(runs).toContain(true)
})

it.each([-1, 501, Number.NaN])('refuses an interpolation delay of %s ms', async (interpolationDelayMs) => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('track')
  expect(() => netcode(room, { interpolationDelayMs })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('0 to 500') }),
  )
})

/**
 * The one client of the yard: counts what each patch takes, decodes it with what the client of that side has, and
 * compares every cube with the simulation. Answers with the figures after so many ticks.
 */
import { Client } from '@colyseus/sdk'
import { WebSocket } from 'ws'
import { Comparison } from './comparison.ts'
import { firstBaseline, unpacked } from './packed.ts'
import { poseOf } from './quantised.ts'
import { SIDES, type Side } from './sides.ts'
import { type Pose, poseFrom, type YardState } from './states.ts'

const { side, exact } = SIDES.find((one) => one.side === process.env['BENCH_SIDE'])!
const comparison = new Comparison({ exact, near: side === 'fairground-area' })

async function joinRoom(port: number): Promise<void> {
  const room = await new Client(`wss://localhost:${port}`).joinOrCreate<YardState>('yard')
  const { events } = room.connection
  const onMessage = events.onmessage
  let bytes = 0
  let tick = 0
  events.onmessage = (event: MessageEvent) => {
    bytes += (event.data as ArrayBuffer).byteLength
    onMessage?.(event)
    if (room.state.tick === tick) return
    tick = room.state.tick
    const poses = [...room.state.cubes].map(([key, cube]) => [Number(key), poseFrom(cube)] as const)
    comparison.take(tick, bytes, poses)
    bytes = 0
  }
}

function readPacked(port: number): void {
  const held = firstBaseline()
  new WebSocket(`wss://localhost:${port}`).on('message', (patch: Buffer) => {
    const tick = unpacked(patch, held)
    comparison.take(
      tick,
      patch.length,
      held.map((cube, n) => [n, poseOf(cube)] as const),
    )
  })
}

/** Of the protocols of Socket.io and of the Engine.io below it, what this client meets. */
const ENGINE = { open: '0', ping: '2', pong: '3', connect: '40', event: '42' } as const

function readJson(port: number): void {
  const held = new Map<number, Pose>()
  const socket = new WebSocket(`wss://localhost:${port}/socket.io/?EIO=4&transport=websocket`)
  socket.on('message', (frame: Buffer) => {
    const text = frame.toString()
    if (text.startsWith(ENGINE.open)) socket.send(ENGINE.connect)
    else if (text === ENGINE.ping) socket.send(ENGINE.pong)
    else if (text.startsWith(ENGINE.event)) {
      const [, { tick, cubes }] = JSON.parse(text.slice(ENGINE.event.length)) as [
        string,
        { tick: number; cubes: (Pose & { id: number })[] },
      ]
      for (const cube of cubes) held.set(cube.id, cube)
      comparison.take(tick, frame.length, held)
    }
  })
}

const READ: Partial<Record<Side, (port: number) => void>> = {
  packed: readPacked,
  'json-all': readJson,
  'json-changes': readJson,
}

process.on('message', async ({ port, ticks }: { port: number; ticks: number }) => {
  const told = comparison.until(ticks)
  await (READ[side] ?? joinRoom)(port)
  await told
  process.send!(comparison.figures)
})

import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { takeSeat } from '../../raw-seat.ts'

const INTERVAL_MS = 1_000

class QuietRoom extends GameRoom {
  override maxClients = 100
}

it('[SE5] pings are spread: those who came at once are not pinged in one turn', async () => {
  const limits = {
    pingIntervalMs: INTERVAL_MS,
    maxSocketsPerAddress: 1_000,
    joinsPerSecond: 1_000,
    joinBurst: 1_000,
  }
  await using server = await startTestServer({ rooms: { quiet: QuietRoom }, limits })
  const pingedMs: number[] = []
  const watch = (socket: WebSocket) => socket.on('ping', () => pingedMs.push(performance.now()))
  const seats = await Promise.all(
    Array.from({ length: 40 }, () => takeSeat(server.url, 'joinOrCreate/quiet')),
  )
  for (const { socket } of seats) watch(socket)
  await wait(INTERVAL_MS * 3)
  expect(pingedMs.length).toBeGreaterThanOrEqual(seats.length)
  const rounds = Math.ceil(pingedMs.length / seats.length)
  const turns = new Set(pingedMs.map((ms) => Math.floor(ms / 20)))
  expect(turns.size / rounds, 'moments at which pings came, a round').toBeGreaterThan(4)
})

import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '../../shared/random.ts'
import { takeSeat } from '../raw-seat.ts'
import { Victim } from '../victim.ts'
import { OPEN_TO_REQUESTS } from './limits.ts'
import { nextRequest } from './requests.ts'

/** Longest time until a request is answered or its connection ended, in milliseconds. */
const HANG_MS = 30_000
const AT_ONCE = 16
/** What a trusted proxy in front would say: TLS ends there, so that the fuzzer need not make 50,000 handshakes. */
const BEHIND_TLS = { 'x-forwarded-proto': 'https' }

export interface RequestCampaign {
  readonly seed: number
  readonly requests: number
  tell?(line: string): void
}

export interface RequestReport {
  readonly requests: number
  /** Answers by status; 0 where the connection was ended without one. */
  readonly statuses: Record<number, number>
  readonly troubles: string[]
  readonly rssMb: number
}

/**
 * Throws requests at a server in a process of its own while a player plays there.
 *
 * @throws Error when the server ended, its event loop stood still, or a request was neither answered nor ended
 */
export async function requestCampaign({ seed, requests, tell }: RequestCampaign): Promise<RequestReport> {
  const limits = JSON.stringify(OPEN_TO_REQUESTS)
  await using victim = await Victim.start(join(import.meta.dirname, 'victim-server.ts'), {
    TLS: 'proxy',
    LIMITS: limits,
  })
  const { port } = new URL(victim.url)
  const seat = await takeSeat(victim.url, 'create/field', { headers: BEHIND_TLS })
  const troubles: string[] = []
  let done = false
  const playing = (async () => {
    while (!done) {
      await seat.heard()
      await wait(50)
    }
  })().catch((error: Error) => troubles.push(`the player beside: ${error.message}`))
  const statuses: Record<number, number> = {}
  let next = 0
  const work = async (): Promise<void> => {
    while (next < requests && troubles.length === 0) {
      const index = next++
      const status = await send(
        nextRequest(seededRandom(seed ^ Math.imul(index + 1, 0x9e3779b1))),
        Number(port),
        index,
      )
      statuses[status] = (statuses[status] ?? 0) + 1
      if (index % 10_000 === 9_999) tell?.(`${index + 1} requests`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const fate = await victim.fate()
  if (fate !== 'works') throw new Error(`The server ${fate}.`)
  done = true
  await playing
  const fresh = await takeSeat(victim.url, 'create/field', { headers: BEHIND_TLS })
  await fresh.heard()
  const { rssMb, polluted } = await victim.ask<{ rssMb: number; polluted: boolean }>('health')
  if (polluted) troubles.push('prototypes polluted')
  for (const { socket } of [seat, fresh]) socket.terminate()
  return { requests: next, statuses, troubles, rssMb }
}

/** Sends a request and says there is no more; answers with its status, 0 for none. */
function send(request: Buffer, port: number, index: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // Many addresses: one has ports for some 28,000 connections a minute only.
    const localAddress = `127.0.${1 + (index % 200)}.1`
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.end(request))
    let answer = ''
    const hang = setTimeout(() => {
      socket.destroy()
      reject(
        new Error(
          `Request ${index} was neither answered nor ended: ${request.subarray(0, 300).toString('latin1')}`,
        ),
      )
    }, HANG_MS)
    socket.on('data', (chunk) => {
      if (answer.length < 16) answer += chunk.toString('latin1', 0, 16)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(hang)
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0))
    })
  })
}

import { join } from 'node:path'
import { Protocol, ProtocolModifier } from '@colyseus/core'
import { expect, it } from 'vitest'
import { takeSeat } from '../raw-seat.ts'
import { Victim } from '../victim.ts'

// D2: a packet of inputs holds lengths and counts. In Colyseus a negative length sends the decoder back for ever, a huge
// count lets it loop over what is not there: a few bytes freeze the process, and every match in it.

const RING = Protocol.ROOM_INPUT_UNRELIABLE
const PACKETS: [what: string, packet: number[]][] = [
  ['a negative length', [RING, 0, 0xff]],
  ['a huge count of times', [RING | ProtocolModifier.TIMED, 0xce, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]],
]
const server = (SIDE: 'plain' | 'ours') =>
  Victim.start(join(import.meta.dirname, 'victims/stick-server.ts'), { SIDE })

it.each(PACKETS)('plain Colyseus hangs at a packet of inputs with %s', async (_what, packet) => {
  await using victim = await server('plain')
  const seat = await takeSeat(victim.url, 'joinOrCreate/stick')
  await seat.heard()
  expect(await victim.fate()).toBe('works')
  seat.send(...packet)
  expect(await victim.fate()).not.toBe('works')
})

it('Fairground reads on after each of them', async () => {
  await using victim = await server('ours')
  const [seat, other] = [
    await takeSeat(victim.url, 'joinOrCreate/stick'),
    await takeSeat(victim.url, 'create/stick'),
  ]
  for (const [, packet] of PACKETS) {
    seat.send(...packet)
    await seat.heard()
    expect(seat.errors.pop()).toBe(4320)
  }
  await other.heard()
  expect(await victim.fate()).toBe('works')
})

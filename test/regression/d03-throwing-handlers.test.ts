import { join } from 'node:path'
import { Protocol } from '@colyseus/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { GameRoom, message, request } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { takeSeat } from '../raw-seat.ts'
import { Victim } from '../victim.ts'

// D3: what a message handler throws, at once or later, ends the whole process in Colyseus, with every room in it.

class ClumsyRoom extends GameRoom {
  steps = 0
  override messages = {
    throwNow: message(z.undefined(), () => {
      throw new Error('now')
    }),
    throwLater: message(z.undefined(), async () => {
      await Promise.resolve()
      throw new Error('later')
    }),
    throwOddly: message(z.undefined(), () => {
      throw undefined
    }),
    throwInTimer: message(z.undefined(), () => void this.clock.setTimeout(() => fail('in a room timer'), 1)),
    throwInTick: message(z.undefined(), () => {
      this.onTick = () => fail('in a tick')
    }),
    throwAstray: message(z.undefined(), () => void setTimeout(() => fail('outside of everything'), 0)),
    rejectAstray: message(z.undefined(), () => void Promise.reject(new Error('forgotten promise'))),
  }
  override requests = { alive: request(z.undefined(), () => 'yes') }
  override onTick(): void {
    this.steps++
  }
}
function fail(where: string): never {
  throw new Error(where)
}
const rooms = { clumsy: ClumsyRoom, other: ClumsyRoom }
const TYPES = Object.keys(new ClumsyRoom().messages) as (keyof ClumsyRoom['messages'])[]

it('plain Colyseus ends with every room when one handler throws', async () => {
  await using victim = await Victim.start(join(import.meta.dirname, 'victims/stick-server.ts'), {
    SIDE: 'plain',
  })
  const seat = await takeSeat(victim.url, 'joinOrCreate/stick')
  await seat.heard()
  seat.send(Protocol.ROOM_DATA, 0xa4, ...Buffer.from('fail'))
  await eventually(async () => expect(await victim.fate()).toBe('ended with 1'))
})

it.each(TYPES)(
  'a handler that does "%s" leaves the process, its room and other rooms running',
  async (type) => {
    await using server = await startTestServer({ rooms })
    const [clumsy, other] = [
      await server.connect().joinOrCreate('clumsy'),
      await server.connect().joinOrCreate('other'),
    ]
    clumsy.send(type)
    await server.step(3, clumsy, other)
    expect(server.room('other', other).steps).toBe(3)
    expect(await clumsy.request('alive', undefined)).toBe('yes')
    expect(await other.request('alive', undefined)).toBe('yes')
    expect([clumsy.status, other.status]).toEqual(['open', 'open'])
    await eventually(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      expect(metrics, 'it is counted').toMatch(/^fairground_(room_errors|stray_errors)_total(\{.*\})? [1-9]/m)
    })
  },
)

import { join } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { connect, type Room } from '../../client-sdk/index.ts'
import { wireOf } from '../../client-sdk/room.ts'
import { Victim } from '../victim.ts'
import type { SoakServer } from './soak-server.ts'

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

const CYCLES = 4_000
const AT_ONCE = 10
const MB = 1024 * 1024

type Yard = Room<unknown>
const client = ({ url }: Victim) => connect<SoakServer>(url.replace('https:', 'wss:'))

/** What one visitor does. */
const VISITS = {
  'a room that stays': async (victim: Victim) => {
    const room = await client(victim).joinOrCreate('yard')
    await room.leave()
  },
  'a room for each': async (victim: Victim) => {
    const room = await client(victim).joinOrCreate('single')
    await room.leave()
  },
  'a broken line and a return': async (victim: Victim) => {
    const room = await client(victim).joinOrCreate('single')
    const back = new Promise<void>((done) => {
      room.onStatus((status) => status === 'open' && done())
    })
    ;(wireOf(room as Yard).connection.transport as unknown as { ws: WebSocket }).ws.close(4010)
    await back
    await room.leave()
  },
}

it.each(Object.entries(VISITS))(
  `${CYCLES} visits leave nothing behind: %s`,
  { timeout: 600_000 },
  async (_what, visit) => {
    await using victim = await Victim.start(join(import.meta.dirname, 'soak-server.ts'), {
      NODE_OPTIONS: '--expose-gc --max-old-space-size=128',
    })
    const resident = await client(victim).joinOrCreate('yard')
    const rounds = async (count: number) => {
      for (let done = 0; done < count; done += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, () => visit(victim)))
      return victim.ask<number>('heap')
    }
    // What is made once is made in the first rounds.
    const warm = await rounds(CYCLES / 4)
    const end = await rounds(CYCLES)
    expect((end - warm) / MB, 'megabytes more, after collection').toBeLessThan(2)
    expect(resident.status).toBe('open')
  },
)

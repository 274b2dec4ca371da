import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { GameRoom, message, type TickContext } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

const Count = schema({ count: t.uint32().default(0) }, 'Count')
type Count = SchemaType<typeof Count>

class TickingRoom extends GameRoom<{ state: Count }> {
  override tickRateHz = 50
  override patchEveryTicks = 4
  override state = new Count()
  readonly contexts: TickContext[] = []

  override onTick(context: TickContext) {
    this.contexts.push(context)
    this.state.count++
  }
}

/** State and messages, no simulation. */
class QuietRoom extends GameRoom<{ state: Count }> {
  override state = new Count()
  override messages = { add: message(z.undefined(), () => void this.state.count++) }
}

const rooms = { ticking: TickingRoom, quiet: QuietRoom }

it('every step has the same length and the next number', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('ticking')
  await server.step(3, room)
  expect(server.room('ticking', room).contexts).toEqual(
    [0, 1, 2].map((tick) => ({ tick, dt: 1 / 50, dtMs: 20 })),
  )
})

it('a patch follows every n-th step and no other', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('ticking')
  const seen: number[] = []
  room.onPatch(({ count }) => seen.push(count))
  for (let step = 0; step < 9; step++) await server.step(1, room)
  expect(seen).toEqual([4, 8])
})

it('a room without a tick sends what its messages change', async () => {
  await using server = await startTestServer({ rooms })
  const room = await server.connect().joinOrCreate('quiet')
  room.send('add')
  await server.step(1, room)
  expect(room.state.count).toBe(1)
})

it('runs by the monotonic clock: a wall clock that jumps back an hour stops nothing', async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const room = await server.connect().joinOrCreate('ticking')
  const running = server.room('ticking', room)
  const back = Date.now() - 3_600_000
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => back)
  try {
    const before = running.contexts.length
    await eventually(() => expect(running.contexts.length).toBeGreaterThan(before + 10))
    expect(running.contexts.map(({ tick }) => tick)).toEqual(running.contexts.map((_, index) => index))
  } finally {
    clock.mockRestore()
  }
})

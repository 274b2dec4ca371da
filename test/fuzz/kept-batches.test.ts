import { join } from 'node:path'
import { expect, it } from 'vitest'
import { takeSeat } from '../raw-seat.ts'
import { Victim } from '../victim.ts'
import { keptBatches } from './kept-batches.ts'
import { LIFTED } from './limits.ts'

// What once brought a server down, plain Colyseus or ours, in the words of its finder.

it.each(keptBatches())('the frames "%s" leave the server working', async (_name, frames) => {
  const LIMITS = JSON.stringify(LIFTED)
  await using victim = await Victim.start(join(import.meta.dirname, 'victim-server.ts'), { LIMITS })
  const [seat, other] = [
    await takeSeat(victim.url, 'create/field'),
    await takeSeat(victim.url, 'create/field'),
  ]
  for (const frame of frames) seat.stream.write(frame)
  await Promise.race([seat.heard().catch(() => {}), seat.closed])
  await other.heard()
  expect(await victim.fate()).toBe('works')
})

import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { TurnQueue } from '../../../server/guard/turn-queue.ts'

it('[GD12] what comes all at once is begun in order, so many a turn; what comes alone at once', async () => {
  const queue = new TurnQueue(2)
  const begun: number[] = []
  const push = (n: number) => queue.push(() => begun.push(n))
  push(0)
  expect(begun).toEqual([0])
  for (let n = 1; n < 6; n++) push(n)
  expect(begun).toEqual([0, 1])
  await turn()
  expect(begun).toEqual([0, 1, 2, 3])
  push(6)
  expect(begun).toEqual([0, 1, 2, 3])
  await turn()
  expect(begun).toEqual([0, 1, 2, 3, 4, 5])
  await turn()
  await turn()
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6])
  push(7)
  expect(begun).toHaveLength(8)
})

it('[GD12] a timer runs between two turns of a queue that is long', async () => {
  const queue = new TurnQueue(2)
  let begun = 0
  const BUSY_MS = 2
  for (let n = 0; n < 100; n++) {
    queue.push(() => {
      begun++
      for (const endMs = performance.now() + BUSY_MS; performance.now() < endMs; );
    })
  }
  const begunAtTimer = await new Promise<number>((done) => setTimeout(() => done(begun), 1))
  expect(begunAtTimer).toBeLessThan(100)
})

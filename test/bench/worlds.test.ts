import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../bench/parts/certificate.ts'
import { measure, type RunOptions } from '../../bench/worlds/run.ts'
import { SIDES } from '../../bench/worlds/sides.ts'
import { missing } from '../needs.ts'

// The big benchmark in small: what it says of a server counts only if that server's clients see what is there.

const PLAYERS = 20

describe.skipIf(missing('taskset', 'openssl'))('the big benchmark in small', () => {
  let small: Omit<RunOptions, 'side' | 'spread'>
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'fairground-bench-'))
    small = { players: PLAYERS, folder, ...makeCertificate(folder, 'ecdsa'), warmMs: 500, measuredMs: 2_000 }
  })
  afterAll(() => rmSync(small.folder, { recursive: true, force: true }))

  it.each(SIDES)(
    '%s: in a world with interest areas clients see those near them, and no others',
    async (side) => {
      const run = await measure({ ...small, side, spread: 'clustered' })
      expect(run.fault).toBeUndefined()
      expect(run.visible).toBeGreaterThan(1)
      expect(run.visible).toBeLessThan(PLAYERS)
      expect(run.patchesPerSecond).toBeGreaterThan(0)
      expect(run.bytesPerPatch).toBeGreaterThan(20)
      expect(run.cpu).toBeGreaterThan(0)
    },
    120_000,
  )

  it.each(SIDES)(
    '%s: in rooms without areas clients see everybody in their room',
    async (side) => {
      const run = await measure({ ...small, side, roomSize: 10, spread: 'even' })
      expect(run.fault).toBeUndefined()
      expect(run.visible).toBe(10)
      expect(run.patchesPerSecond).toBeGreaterThan(0)
    },
    120_000,
  )
})

import { Client as StockClient } from '@colyseus/sdk'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTestServer } from '../../../../testing/index.ts'
import { notebook } from '../../room/faulty-rooms.ts'
import * as shapes from './shapes-room.ts'

const rooms = {
  plain: shapes.PlainMapRoom,
  special: shapes.SpecialMapRoom,
  coarse: shapes.CoarseRoom,
  chest: shapes.ChestRoom,
  bearer: shapes.BearerRoom,
  sharedGem: shapes.SharedGemRoom,
  array: shapes.ArrayRoom,
  set: shapes.SetRoom,
  collection: shapes.CollectionRoom,
}

const told = vi.fn()
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(told.mockClear()))
afterEach(() => {
  expect(told, 'what a decoder says of bytes it does not understand').not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

it.each([
  ['plain', undefined],
  ['special', undefined],
  ['coarse', undefined],
  ['chest', 'a collection or reference marked view() in an entity'],
  ['bearer', 'fields with a tag in what an entity holds'],
  ['sharedGem', 'an instance in two places'],
  ['array', 'a collection that is no map'],
  ['set', 'a collection that is no map'],
  ['collection', 'a collection that is no map'],
] as const)(
  '[IA1] [IA9] both SDKs have what is near, whatever the things are like: %s',
  async (name, reason) => {
    const { log, lines } = notebook('warn')
    await using server = await startTestServer({ rooms, log })
    const ours = await server.connect().joinOrCreate(name)
    const stock = await new StockClient(server.url.replace('https', 'wss')).joinById<{ things: unknown }>(
      ours.id,
    )
    await new Promise<void>((resolve) => stock.onStateChange.once(() => resolve()))
    const room = server.room(name, ours) as unknown as shapes.ShapeRoom & { things: { fallback?: string } }
    let seen = 0
    for (let tick = 0; tick < 40; tick++) {
      await server.step(1, ours)
      await new Promise<void>((resolve) => stock.ping(() => resolve()))
      for (const [{ sessionId }, state] of [
        [ours, ours.state],
        [stock, stock.state],
      ] as const) {
        const own = room.own.get(sessionId)!
        const near = [...room.byKey.values()].filter(
          (thing) => Math.abs(thing.x - own.x) <= shapes.RADIUS_METRES,
        )
        const has = shapes.held((state as { things: unknown }).things)
        const what = `tick ${tick}, ${sessionId === ours.sessionId ? 'our SDK' : 'the official SDK'}`
        expect(Object.keys(has).sort(), what).toEqual(near.map(({ label }) => label).sort())
        for (const { label, x, hp } of near) {
          expect([label, has[label]!.hp], what).toEqual([label, hp])
          expect(has[label]!.x, what).toBeCloseTo(x, 1)
        }
        seen += near.length
      }
    }
    expect(seen).toBeGreaterThan(200)
    expect(room.things.fallback).toBe(reason)
    const warned = lines.filter((line) => (line as unknown as { reason?: string }).reason !== undefined)
    expect(warned.map((line) => (line as unknown as { reason: string }).reason)).toEqual(
      reason ? [reason] : [],
    )
  },
)

import { afterEach, describe, expect, it } from 'vitest'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { FieldRoom, fault, HOOKS, MethodRoom, notebook, SoundRoom, WAYS } from './faulty-rooms.ts'
import { meet } from './meet-fault.ts'

const rooms = { method: MethodRoom, field: FieldRoom, sound: SoundRoom }

afterEach(() => {
  fault.hook = undefined
})

describe.each(['method', 'field'] as const)('a room with its hooks as %ss', (kind) => {
  describe.each(WAYS)('one of which %s', (way) => {
    it.each(HOOKS)('%s: is reported with room, hook and stack, and harms nobody else', async (hook) => {
      const { log, lines } = notebook()
      await using server = await startTestServer({ rooms, log })
      const neighbour = await server.connect().joinOrCreate('sound')
      await server.step(1, neighbour)
      const before = neighbour.state.opened
      fault.hook = hook
      fault.way = way
      await meet(server, kind, hook)
      await eventually(() => {
        expect(lines).toContainEqual(
          expect.objectContaining({
            room: kind,
            hook,
            err: expect.objectContaining({
              message: `wrong in ${hook}`,
              stack: expect.stringContaining('faulty-rooms.ts'),
            }),
          }),
        )
      })
      fault.hook = undefined
      const next = await server.connect().joinOrCreate(kind)
      await server.step(2, neighbour, next)
      expect(neighbour.state.opened).toBeGreaterThan(before)
      expect([neighbour.status, next.status]).toEqual(['open', 'open'])
      expect(await next.request('ask', undefined)).toBe('well')
    })
  })
})

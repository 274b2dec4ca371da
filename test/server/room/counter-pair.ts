import { expect, onTestFinished } from 'vitest'
import type { FairgroundError } from '../../../shared/errors.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { CounterRoom } from './counter-room.ts'
import { notebook } from './faulty-rooms.ts'

/** Two players in one room, what each is told of its errors, and the room itself. */
export async function pair() {
  const { log, lines } = notebook()
  const server = await startTestServer({ rooms: { counter: CounterRoom }, log })
  onTestFinished(() => server.close())
  const [ann, ben] = [
    await server.connect().joinOrCreate('counter'),
    await server.connect().joinOrCreate('counter'),
  ]
  const errors: FairgroundError[] = []
  const othersErrors: FairgroundError[] = []
  ann.onError((error) => errors.push(error))
  ben.onError((error) => othersErrors.push(error))
  const running = server.room('counter', ann)

  /** Sees that Ann's mistake was hers alone: the room is as it was, and both go on playing. */
  async function expectNobodyElseNoticed(): Promise<void> {
    expect(running.given).toEqual([])
    expect(running.state.total).toBe(0)
    ann.send('add', { kind: 'apple', count: 2 })
    await server.step(1, ann, ben)
    expect([ann.state.total, ben.state.total]).toEqual([2, 2])
    expect([ann.status, ben.status]).toEqual(['open', 'open'])
    expect(othersErrors).toEqual([])
    expect(lines, "a client's mistake is no fault of the room").toEqual([])
  }

  /** The next thing that Ann is told. */
  function told(): Promise<FairgroundError> {
    return eventually(() => {
      expect(errors).toHaveLength(1)
      return errors.pop()!
    })
  }

  return { server, ann, ben, running, told, expectNobodyElseNoticed, step: () => server.step(1, ann, ben) }
}

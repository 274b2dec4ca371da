import { $changes, ChangeTree, Encoder } from '@colyseus/schema'
import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { copyCheaply } from '../../../server/room/input-copies.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

const Stick = schema(
  { x: t.float32().default(0), y: t.float32().default(0), word: t.string().default('') },
  'CopiedStick',
)
type Stick = SchemaType<typeof Stick>

it('a copy holds what the input held, and neither follows the other', () => {
  class Own extends Stick {}
  copyCheaply(Own)
  const input = new Own().assign({ x: 1, word: 'go' })
  const copy = input.clone()
  input.x = 2
  copy.y = 3
  expect(copy.toJSON()).toEqual({ x: 1, y: 3, word: 'go' })
  expect(input.toJSON()).toEqual({ x: 2, y: 0, word: 'go' })
  expect(copy).toBeInstanceOf(Own)
  expect(copy.clone().toJSON()).toEqual(copy.toJSON())
})

it('a copy is synchronized like any instance: with all that it holds, and what is written to it later', () => {
  class Own extends Stick {}
  copyCheaply(Own)
  const copy = new Own().assign({ x: 1 }).clone()
  expect(Object.hasOwn(copy, $changes)).toBe(false)
  expect((copy as unknown as Record<symbol, unknown>)[$changes]).toBeInstanceOf(ChangeTree)
  const bytes = (state: Own) => Buffer.from(new Encoder(state).encode()).toString('hex')
  expect(bytes(copy)).toBe(bytes(new Own().assign({ x: 1 })))
})

it('a class with a copy of its own, or with structures in it, keeps what it has', () => {
  class Counted extends Stick {
    override clone(): this {
      return super.clone().assign({ word: 'mine' } as never)
    }
  }
  copyCheaply(Counted)
  expect(new Counted().clone().word).toBe('mine')
  const Deep = schema({ path: t.array('number') }, 'DeepInput')
  copyCheaply(Deep)
  const deep = new Deep()
  deep.path.push(1)
  const copy = deep.clone()
  deep.path.push(2)
  expect([...copy.path]).toEqual([1])
})

const Shelf = schema({ last: Stick, steps: t.uint32().default(0) }, 'Shelf')

/** Keeps the input itself in its state. */
class ShelfRoom extends GameRoom<{ state: InstanceType<typeof Shelf>; input: Stick }> {
  override state = new Shelf()
  override inputs = this.defineInput(Stick)
  override onTick() {
    this.state.steps++
    for (const { sessionId } of this.clients) {
      const input = this.inputs.get(sessionId).next()
      if (input) this.state.last = input
    }
  }
}

it('an input that a room puts into its state reaches everybody', async () => {
  await using server = await startTestServer({ rooms: { shelf: ShelfRoom } })
  const room = await server.connect().joinOrCreate('shelf')
  const stick = room.input()
  for (const [x, word] of [
    [0.5, 'first'],
    [0.25, 'second'],
  ] as const) {
    Object.assign(stick.data, { x, word })
    stick.send()
    await room.ping()
    server.server.stepRooms(1)
    await eventually(() => expect(room.state.last).toMatchObject({ x, word, y: 0 }))
  }
})

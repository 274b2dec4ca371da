import { type Client, ClientState, SchemaSerializer } from '@colyseus/core'
import { Decoder, Encoder, type Schema } from '@colyseus/schema'
import { Room as StockRoom } from '@colyseus/sdk'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeAbsentFields } from '../../server/sync/absent-fields.ts'
import { PatchSerializer } from '../../server/sync/patch-serializer.ts'
import { type SchemaType, StateView, schema, t } from '../../shared/schema.ts'

// Our frames of state are Colyseus' own, byte for byte; and what server/sync/ relies on inside @colyseus/schema.

const Post = schema({ x: t.float32().default(0), name: t.string().optional() }, 'Post')
const Field = schema({ n: t.uint8().default(0), posts: t.map(Post), secret: t.map(Post).view() }, 'Field')
type Field = SchemaType<typeof Field>

/** Somebody who takes frames, with as much of a client as a serializer looks at. */
function taker(view?: StateView) {
  const frames: string[] = []
  const client = {
    state: ClientState.JOINED,
    behind: false,
    drained: true,
    takesPatch: () => true,
    _inputBuffer: { ackSeq: 7 },
    raw: (frame: Uint8Array) => void frames.push(Buffer.from(frame).toString('hex')),
    ...(view && { view }),
  }
  return { frames, client: client as unknown as Client }
}

type Serializer = SchemaSerializer<Field & Schema>

/** Runs a script on a state of its own, and answers with every frame that each of three clients was given. */
function framesOf(serializer: Serializer, script: readonly (readonly [number, number])[], timed: boolean) {
  const state = new Field() as Field & Schema
  serializer.reset(state)
  const view = new StateView()
  const takers = [taker(), taker(view), taker(new StateView())]
  const clients = takers.map(({ client }) => client)
  for (const [step, [what, n]] of script.entries()) {
    const timing = timed ? { sNow: step * 50 } : undefined
    const key = `p${n % 7}`
    if (what === 0) state.posts.set(key, new Post().assign({ x: n }))
    if (what === 1) state.posts.delete(key)
    if (what === 2) state.n = n % 256
    if (what === 3) state.secret.set(key, new Post().assign({ name: key }))
    if (what === 4 && state.secret.has(key)) view.add(state.secret.get(key)!)
    if (what === 5 && state.secret.has(key) && view.has(state.secret.get(key)!))
      view.remove(state.secret.get(key)!)
    if (what === 6) for (const { client } of takers) client.raw(serializer.getFullState(client, timing))
    serializer.applyPatches(clients, state, timing)
  }
  return takers.map(({ frames }) => frames)
}

it.each([false, true])('frames are those of the stock serializer, byte for byte (timed: %s)', (timed) => {
  const script = fc.array(fc.tuple(fc.nat(6), fc.nat(300)), { maxLength: 40 })
  fc.assert(
    fc.property(script, (steps) => {
      const ours = framesOf(new PatchSerializer() as unknown as Serializer, steps, timed)
      const stock = framesOf(new SchemaSerializer<Field & Schema>(), steps, timed)
      // In a quiet tick the stock one sends a heartbeat as well to whose view has changed; ours is the one frame.
      const heartbeat = /^8f.{16}$|^2f.{16}$|^4f.{16}$/
      const kept = (frames: string[]) => (timed ? frames.filter((frame) => !heartbeat.test(frame)) : frames)
      expect(ours.map(kept)).toEqual(stock.map(kept))
    }),
    { numRuns: 300 },
  )
})

it('a full state over an older one leaves what was cleared; the patch after it clears that (absent-fields.ts)', () => {
  const state = new Field() as Field & Schema
  const post = new Post().assign({ name: 'old' })
  state.posts.set('p', post)
  const encoder = new Encoder(state)
  const decoder = new Decoder(new Field() as Field & Schema)
  decoder.decode(encoder.encodeAll())
  encoder.discardChanges()
  post.name = undefined
  encoder.discardChanges()
  decoder.decodeResync(encoder.encodeAll())
  expect(decoder.state.posts.get('p')?.name, 'no longer: absent-fields.ts can go').toBe('old')
  decoder.decode(encodeAbsentFields(encoder)!, { offset: 1 })
  expect(decoder.state.posts.get('p')?.name).toBeUndefined()
  expect(decoder.state.toJSON()).toEqual(state.toJSON())
})

it('numbers of structures are never used again: an older state cannot mix two up (patch-serializer.ts)', () => {
  const state = new Field() as Field & Schema
  const { root } = new Encoder(state)
  const before = Object.keys(root.changeTrees).map(Number)
  state.posts.set('p', new Post())
  const [first] = Object.keys(root.changeTrees)
    .map(Number)
    .filter((id) => !before.includes(id))
  state.posts.delete('p')
  state.posts.set('p', new Post())
  expect(Object.keys(root.changeTrees).map(Number)).not.toContain(first)
})

it('the encoder asks for room through methods that can be replaced (frame-encoder.ts)', () => {
  const encoder = new Encoder(new Field() as Field & Schema)
  expect(encoder['_resizeBuffer']).toBeTypeOf('function')
  expect(encoder.encodeView).toBeTypeOf('function')
  expect(encoder.root.streamTrees).toBeInstanceOf(Set)
})

it("a room of the official SDK hands frames to a method that it looks up when it connects (client-sdk's acknowledgement.ts)", () => {
  expect(new StockRoom('room')['onMessageCallback']).toBeTypeOf('function')
  expect(String(StockRoom.prototype.connect)).toContain('onMessageCallback')
})

import { Room } from '@colyseus/core'
import { expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { GameRoom } from '../../server/index.ts'
import { WssClient } from '../../server/transport/wss-client.ts'
import { seededRandom } from '../../shared/random.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

// D4: Colyseus sends a view of one buffer that the next tick overwrites. A socket that is full keeps the view, so a
// slow client gets a later tick's bytes in an earlier tick's frame, and is wrong for good.

// Without a global WebSocket the official SDK takes the ws package, whose sockets can be paused.
vi.stubGlobal('WebSocket', undefined)
const { startPlainColyseus } = await import('./plain-colyseus.ts')
const { startTestServer } = await import('../../testing/index.ts')
const { wireOf } = await import('../../client-sdk/room.ts')
vi.unstubAllGlobals()

const Crate = schema({ weight: t.uint16().default(0), label: t.string().default('') }, 'Crate')
const HarbourState = schema({ crates: t.map(Crate) }, 'HarbourState')
type HarbourState = SchemaType<typeof HarbourState>
const Lever = schema({ pull: t.uint8().default(0) }, 'Lever')

/** Keeps moving, adding and removing crates whose labels are long, so that each patch is some 40 kB. */
class Harbour {
  readonly #random = seededRandom(4)
  #next = 0

  work({ crates }: HarbourState) {
    for (const [key, crate] of crates) {
      crate.weight = Math.floor(this.#random() * 60_000)
      crate.label = String(this.#random()).repeat(50)
      if (this.#random() < 0.1) crates.delete(key)
    }
    while (crates.size < 40) crates.set(`crate-${this.#next++}`, new Crate())
  }
}

class HarbourRoom extends GameRoom<{ state: HarbourState }> {
  override state = new HarbourState()
  readonly harbour = new Harbour()
  override onTick() {
    this.harbour.work(this.state)
  }
}
class LeverRoom extends HarbourRoom {
  override inputs = this.defineInput(Lever)
}
class PlainHarbourRoom extends Room<{ state: HarbourState }> {
  override state = new HarbourState()
  override patchRate = null as never
  readonly harbour = new Harbour()
  step() {
    this.harbour.work(this.state)
    this.broadcastPatch()
  }
}
const rooms = { harbour: HarbourRoom, lever: LeverRoom }

/** A client that reads nothing for a while is not cut. */
const PATIENT = { pingIntervalMs: 60_000, drainMs: 60_000 }

function textOf({ state }: { state: HarbourState }): string {
  return JSON.stringify(state.toJSON())
}

function socketOf(room: object): WebSocket {
  return ((wireOf(room) ?? room).connection.transport as unknown as { ws: WebSocket }).ws
}

it.each(['harbour', 'lever'] as const)(
  'a client that stalls sees exactly the state when it returns: %s',
  async (name) => {
    await using server = await startTestServer({ rooms, limits: PATIENT })
    const [slow, quick] = [
      await server.connect().joinOrCreate(name),
      await server.connect().joinOrCreate(name),
    ]
    const troubles = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const running = server.room(name, slow)
    await server.step(1, slow, quick)
    socketOf(slow).pause()
    for (let tick = 0; tick < 120; tick++) await server.step(1, quick)
    socketOf(slow).resume()
    await slow.ping()
    expect(textOf(slow) === textOf(running)).toBe(true)
    expect(textOf(slow) === textOf(quick)).toBe(true)
    expect(troubles.mock.calls.join(), 'what decoders say of bytes they do not understand').not.toContain(
      'refId',
    )
  },
)

it('the state is encoded once a tick, and all its receivers share one copy', async () => {
  await using server = await startTestServer({ rooms })
  const clients = await Promise.all([1, 2, 3].map(() => server.connect().joinOrCreate('harbour')))
  await server.step(1, ...clients)
  const written = vi.spyOn(WssClient.prototype, 'raw')
  server.server.stepRooms(1)
  const first = written.mock.calls.map(([frame]) => frame)
  written.mockClear()
  server.server.stepRooms(1)
  const second = written.mock.calls.map(([frame]) => frame)
  expect(first).toHaveLength(3)
  expect(new Set([...first, ...second]).size).toBe(2)
  expect(first[0]!.buffer).not.toBe(second[0]!.buffer)
  written.mockRestore()
})

it.each(['harbour', 'lever'] as const)(
  'no frame changes after it was handed to a socket: %s',
  async (name) => {
    await using server = await startTestServer({ rooms })
    const handedOut: [frame: Uint8Array, bytes: string][] = []
    const original = WssClient.prototype.raw
    const written = vi.spyOn(WssClient.prototype, 'raw').mockImplementation(function (
      this: WssClient,
      frame,
      ...rest
    ) {
      handedOut.push([frame, Buffer.from(frame).toString('base64')])
      original.call(this, frame, ...rest)
    })
    const clients = [await server.connect().joinOrCreate(name), await server.connect().joinOrCreate(name)]
    for (let tick = 0; tick < 20; tick++) await server.step(1, ...clients)
    await server.connect().joinOrCreate(name)
    await server.step(5, ...clients)
    expect(handedOut.length).toBeGreaterThan(50)
    for (const [frame, bytes] of handedOut) expect(Buffer.from(frame).toString('base64') === bytes).toBe(true)
    written.mockRestore()
  },
)

it('plain Colyseus: a client that stalls is wrong for good', async () => {
  for (const level of ['warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  await using server = await startPlainColyseus(PlainHarbourRoom)
  const slow = await server.connect().joinOrCreate<HarbourState>('room')
  const running = server.room(slow)
  const pinged = () => new Promise((done) => slow.ping(done))
  await pinged()
  running.step()
  socketOf(slow).pause()
  const queued = () => (running.clients.get(slow.sessionId)!.ref as WebSocket).bufferedAmount
  for (let tick = 0; tick < 2_000 && queued() < 2_000_000; tick++) {
    running.step()
    if (tick % 20 === 0) await new Promise((done) => setImmediate(done))
  }
  expect(queued(), 'the socket is full').toBeGreaterThan(1_000_000)
  socketOf(slow).resume()
  await pinged()
  expect(textOf(slow) === textOf(running)).toBe(false)
})

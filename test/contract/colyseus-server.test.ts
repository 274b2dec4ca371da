import {
  ClientState,
  compileSanitizer,
  connectClientToRoom,
  matchMaker,
  Room,
  type SchemaSerializer,
} from '@colyseus/core'
import { Encoder, type Schema } from '@colyseus/schema'
import { WebSocketClient, WebSocketTransport } from '@colyseus/ws-transport'
import { expect, it, vi } from 'vitest'
import { PatchSerializer } from '../../server/sync/patch-serializer.ts'
import { startTestServer } from '../../testing/index.ts'
import { TrackInput, TrackRoom } from '../client-sdk/track-room.ts'
import { YardRoom, YardState } from '../client-sdk/yard-room.ts'

// What server/ relies on inside Colyseus. When one of these fails after an update, the file it names needs a look.

const rooms = { yard: YardRoom, track: TrackRoom }

it('a room without a patch rate starts a clock interval, unless a simulation timer stands (arm-room.ts, D17)', () => {
  const started = vi.spyOn(globalThis, 'setInterval')
  const stop = (room: Room) => {
    for (const { value } of started.mock.results) clearInterval(value as NodeJS.Timeout)
    clearTimeout(room['_autoDisposeTimeout'])
    started.mockClear()
  }
  const stock = new Room()
  stock.patchRate = null
  stock['__init']()
  expect(started).toHaveBeenCalledOnce()
  stop(stock)
  const armed = new Room()
  armed.patchRate = null
  armed['_simulationInterval'] = setTimeout(() => {}, 0)
  armed['__init']()
  expect(started).not.toHaveBeenCalled()
  stop(armed)
})

it('every frame of a client goes through the room instance’s _onMessage (arm-room.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const first = await server.connect().joinOrCreate('yard')
  const running = server.room('yard', first)
  const frames: Uint8Array[] = []
  const original = running['_onMessage']
  running['_onMessage'] = (client: never, frame: Buffer) => {
    frames.push(frame)
    original.call(running, client, frame)
  }
  const second = await server.connect().joinOrCreate('yard')
  second.send('ring')
  await second.ping()
  expect(frames.length).toBeGreaterThanOrEqual(3) // the join's acknowledgement, the message, the ping
})

it('the room clock reads its time from now() (room-runtime.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const running = server.room('yard', await server.connect().joinOrCreate('yard'))
  const before = running.clock.elapsedTime
  await server.step(4)
  expect(running.clock.elapsedTime - before).toBe(200)
  expect(running.clock['now']()).toBe(running.clock.currentTime)
})

it('a room with inputs has a controller that reads rates off its room and options (arm-room.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const joined = await server.connect().joinOrCreate('track')
  const controller = server.room('track', joined)['_inputController']!
  expect(controller.options.tickRate).toBe(20)
  expect(controller['room'].patchRate).toBe(50)
  expect(server.room('track', joined)['_timelineMode']).toBeTypeOf('function')
})

it('a state passes through setSerializer, and the serializer keeps its encoder in a field (patch-serializer.ts)', async () => {
  await using server = await startTestServer({ rooms })
  const running = server.room('yard', await server.connect().joinOrCreate('yard'))
  const serializer = running['_serializer'] as SchemaSerializer<Schema>
  expect(serializer).toBeInstanceOf(PatchSerializer)
  expect(serializer.id).toBe('schema')
  expect(serializer['encoder'].root).toBeDefined()
})

it('the stock encoder still answers with a view of a buffer that it uses again (patch-serializer.ts, D4)', () => {
  const state = new YardState()
  const encoder = new Encoder(state)
  encoder.encodeAll()
  encoder.discardChanges()
  state.bell = 1
  const first = encoder.encode()
  const bytes = [...first]
  encoder.discardChanges()
  state.bell = 2
  encoder.encode()
  expect([...first]).not.toEqual(bytes)
})

it('a schema class carries its fields under Symbol.metadata, numbered from 0 (input-sanitizer.ts)', () => {
  const key = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata')
  const fields = (TrackInput as unknown as Record<symbol, Record<number, object>>)[key]
  expect(fields?.[0]).toMatchObject({ name: 'push', type: 'float32' })
  expect(fields?.[1]).toBeUndefined()
})

it('a sanitizer of ranges clamps, and takes NaN for the lower end (input-sanitizer.ts)', () => {
  const clamp = compileSanitizer<{ push: number }>({ push: [-1, 1] } as never)
  const pushed = [7, Number.NaN].map((push) => {
    const input = { push }
    clamp(input)
    return input.push
  })
  expect(pushed).toEqual([1, -1])
})

it('the transport keeps its sockets in wss and pings nobody without a server (wss-transport.ts)', () => {
  const transport = new WebSocketTransport({ noServer: true })
  expect(transport['wss'].listenerCount('connection')).toBe(1)
  expect(transport['wss'].clients.size).toBe(0)
  expect(transport['pingInterval']).toBeUndefined()
  transport['wss'].close()
  expect(connectClientToRoom).toBeTypeOf('function')
})

it('everything a client is sent goes through its raw() (wss-client.ts)', () => {
  const written: number[] = []
  class Recorder extends WebSocketClient {
    override raw(frame: Uint8Array) {
      written.push(frame[0]!)
    }
  }
  const client = new Recorder('session', { readyState: 1 } as never)
  client.state = ClientState.JOINED
  client.send('type', {})
  client.sendBytes('type', new Uint8Array(1))
  client.error(4310, 'no')
  client.enqueueRaw(new Uint8Array([14]))
  expect(written).toHaveLength(4)
})

it('the matchmaker has what a server asks of it (create-server.ts, join-requests.ts)', () => {
  const used = [
    ...(['setup', 'accept', 'defineRoomType', 'removeRoomType', 'getAllHandlers'] as const),
    ...(['getLocalRoomById', 'getRoomById', 'query', 'gracefullyShutdown'] as const),
    ...(['joinOrCreate', 'create', 'join', 'joinById', 'reconnect'] as const),
  ]
  for (const name of used) expect(matchMaker[name], name).toBeTypeOf('function')
  expect(matchMaker.MatchMakerState.SHUTTING_DOWN).toBeDefined()
  expect(matchMaker.stats.local).toMatchObject({ roomCount: 0, ccu: 0 })
})

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { GameRoom, message } from '../../../server/index.ts'
import { readDirectly } from '../../../server/transport/direct-reads.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

/** Keeps what it is told, as a room may. */
class KeepRoom extends GameRoom {
  readonly kept: unknown[] = []
  override messages = {
    note: message(z.string(), (_client, text) => void this.kept.push(text)),
    bytes: message(z.instanceof(Uint8Array), (_client, bytes) => void this.kept.push(bytes)),
  }
}

/** Both ends of a connection, the accepted one first. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const theirs = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [ours] = (await once(server, 'connection')) as [Socket]
  onTestFinished(() => {
    for (const end of [ours, theirs]) end.destroy()
    server.close()
  })
  return [ours, theirs]
}

it('what comes is handed over at once; pausing, the end and who listens for it are as ever', async () => {
  const [ours, theirs] = await pair()
  const [direct, streamed]: [string[], Buffer[]] = [[], []]
  ours.on('data', (piece: Buffer) => streamed.push(piece))
  expect(readDirectly(ours, (memory, length) => direct.push(memory.toString('utf8', 0, length)))).toBe(true)
  theirs.write('one')
  await eventually(() => expect(direct).toEqual(['one']))
  ours.pause()
  theirs.write('two')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(direct).toEqual(['one'])
  ours.resume()
  await eventually(() => expect(direct).toEqual(['one', 'two']))
  const ended = once(ours, 'end')
  theirs.end('three')
  await ended
  expect([direct, streamed]).toEqual([['one', 'two', 'three'], []])
})

it('two connections share the memory and never their bytes', async () => {
  const pairs = await Promise.all([pair(), pair()])
  const told = pairs.map(() => '')
  for (const [at, [ours]] of pairs.entries())
    readDirectly(ours, (memory, length) => {
      told[at] += memory.toString('utf8', 0, length)
    })
  for (let n = 0; n < 500; n++) for (const [at, [, theirs]] of pairs.entries()) theirs.write(`${at}`)
  await eventually(() => expect(told.map((text) => text.length)).toEqual([500, 500]))
  expect(told).toEqual(['0'.repeat(500), '1'.repeat(500)])
})

it('what is no connection of the kernel is left as it is', () => {
  expect(readDirectly(new PassThrough() as never, () => {})).toBe(false)
})

it('a server reads short frames off TLS without the stream, long ones by it, all in their order', async () => {
  await using server = await startTestServer({ rooms: { keep: KeepRoom } })
  const ann = await server.connect().joinOrCreate('keep')
  const room = server.room('keep', ann)
  /** Pieces of the stream that begin with a short frame, and with a long one; others with pongs, or within a frame. */
  const [short, long]: [Buffer[], Buffer[]] = [[], []]
  const { _socket: line } = room.clients[0]!.ref as unknown as { _socket: Socket }
  line.on('data', (piece: Buffer) => {
    if (piece[0] === 0x82 && piece.length >= 2) (piece[1] === 0x80 + 126 ? long : short).push(piece)
  })
  const texts = Array.from({ length: 40 }, (_, n) => `${n}`.padEnd(n % 4 === 3 ? 400 : 4, '.'))
  for (const text of texts) {
    ann.send('note', text)
    await ann.ping()
  }
  expect(room.kept).toEqual(texts)
  expect(long.length).toBeGreaterThan(0)
  const whole = short.filter((piece) => piece.length >= 6 + piece[1]! - 0x80)
  expect(whole).toEqual([])
})

it('bytes that a room keeps stay what they were, whatever comes after them', async () => {
  await using server = await startTestServer({ rooms: { keep: KeepRoom } })
  const players = await Promise.all([1, 2, 3].map(() => server.connect().joinOrCreate('keep')))
  const room = server.room('keep', players[0]!)
  const wanted = new Set<string>()
  for (let n = 0; n < 60; n++) {
    const bytes = new Uint8Array(1 + (n % 30)).fill(n)
    wanted.add(bytes.join())
    players[n % 3]!.send('bytes', bytes)
  }
  await eventually(() => expect(room.kept).toHaveLength(60))
  expect(new Set(room.kept.map((bytes) => (bytes as Uint8Array).join()))).toEqual(wanted)
})

import type { Room } from '../../client-sdk/index.ts'
import { wireOf } from '../../client-sdk/room.ts'
import type { FieldRoom, Steer } from './field-room.ts'

/** The frames that the SDK sends while a player does something of everything. */
export async function recordTraffic(
  player: Room<FieldRoom>,
  mode: 'reliable' | 'unreliable',
): Promise<Buffer[]> {
  const frames: Buffer[] = []
  const { connection } = wireOf(player)
  const send = connection.send.bind(connection)
  connection.send = (data: Uint8Array) => {
    frames.push(Buffer.from(data))
    send(data as never)
  }
  player.send('say', 'hello')
  player.send('say', 'ä€🎪'.repeat(20))
  player.send('place', { x: 1.5, y: -20 })
  player.send('bag', { a: 1, b: [1, 2, { c: 'd' }], e: { f: null, g: true } })
  player.send('bag', { list: Array.from({ length: 12 }, (_, n) => ({ n, name: `thing ${n}` })) })
  player.send('day', new Date(0))
  wireOf(player).sendBytes('raw', new Uint8Array([1, 2, 3]))
  await player.request('sum', [1, 2, 3.5, -4e5])
  await player.request('rename', { name: 'Ann' })
  await player.request('nobody' as 'sum', [] as never).catch(() => {})
  await player.ping()
  const input = wireOf(player).input<Steer>({ mode })
  for (let n = 0; n < 12; n++) {
    Object.assign(input.data, {
      ...{ x: Math.sin(n), turn: n / 12, jump: n % 2 === 0, word: 'w'.repeat(n), count: n * 1e5, id: n },
    })
    input.send()
  }
  connection.send = send as typeof connection.send
  return frames
}

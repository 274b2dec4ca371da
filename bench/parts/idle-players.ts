/** Players that join a lobby and then only answer pings: `players` says how many more; 0 closes all. */
import { Client } from '@colyseus/sdk'
import { DIALECTS, type Dialect } from '../worlds/load/dialects.ts'
import type { Side } from '../worlds/server-process.ts'

const AT_ONCE = 8
/** A server for a proxy takes nothing else over plain ws. */
const FROM_A_PROXY = { 'X-Forwarded-Proto': 'https' }
type Leave = () => unknown
const seats: Leave[] = []

/** Takes seats: with the SDK where the server is one for it. */
function taker(url: string, side: Side): () => Promise<Leave> {
  if (side === 'fairground' || side === 'plain') {
    const client = new Client(url, url.startsWith('ws:') ? { headers: FROM_A_PROXY } : {})
    return async () => {
      const room = await client.joinOrCreate('lobby')
      return () => room.leave()
    }
  }
  const dialect: Dialect = DIALECTS[side]
  return async () => {
    const { socket } = await dialect.take(new URL(url), 'lobby')
    socket.listen((chunk, from, to) => dialect.answer?.(socket, chunk, from, to))
    return () => socket.close()
  }
}

interface Wish {
  url: string
  players: number
  side?: Side
}

process.on('message', async ({ url, players, side = 'fairground' }: Wish) => {
  if (players === 0) await Promise.all(seats.splice(0).map((leave) => leave()))
  const take = taker(url, side)
  let left = players
  const worker = async (): Promise<void> => {
    while (left-- > 0) seats.push(await take())
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  process.send!({ joined: seats.length })
})

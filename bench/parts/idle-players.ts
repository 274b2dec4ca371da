/** Players that join the lobby and then only answer pings: `join` adds some, `leave` closes all. */
import type { Room } from '@colyseus/sdk'
import { Client } from '@colyseus/sdk'

const AT_ONCE = 8
/** A server for a proxy takes nothing else over plain ws. */
const FROM_A_PROXY = { 'X-Forwarded-Proto': 'https' }
const rooms: Room[] = []

process.on('message', async ({ url, players }: { url: string; players: number }) => {
  if (players === 0) {
    await Promise.all(rooms.splice(0).map((room) => room.leave()))
  } else {
    const client = new Client(url, url.startsWith('ws:') ? { headers: FROM_A_PROXY } : {})
    let left = players
    const worker = async (): Promise<void> => {
      while (left-- > 0) rooms.push(await client.joinOrCreate('lobby'))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  process.send!({ joined: rooms.length })
})

/** Players that send one recorded input frame over and over and read nothing of what comes back: cheap, and all alike. */
import { type RawSeat, takeSeat } from '../../test/raw-seat.ts'

const INPUT = new Uint8Array([19, 128, 0, 0, 0x80, 0x3f, 129, 0, 0, 0, 0x3f, 130, 1])

process.once('message', async ({ url, players, hz }: { url: string; players: number; hz: number }) => {
  const seats: RawSeat[] = []
  for (let n = 0; n < players; n++) seats.push(await takeSeat(url, 'joinOrCreate/yard'))
  let sent = 0
  const everyMs = 1000 / hz
  let nextMs = performance.now()
  // In ten groups, so that no burst of all players fills the server's queue at once.
  let group = 0
  setInterval(() => {
    for (; performance.now() >= nextMs; nextMs += everyMs / 10) {
      for (let n = group; n < seats.length; n += 10) {
        if (seats[n]!.socket.readyState !== 1) continue
        seats[n]!.socket.send(INPUT)
        sent++
      }
      group = (group + 1) % 10
    }
  }, everyMs / 10)
  process.on('message', () =>
    process.send!({ sent, open: seats.filter(({ socket }) => socket.readyState === 1).length }),
  )
  process.send!({ joined: seats.length })
})

/** The arena for tests in a browser, run by `fairground dev`: short rounds, and everybody comes in on one open line. */
import { ArenaRoom } from '../../rooms/arena/room.ts'
import { type Client, createServer, type JoinOptions } from '../../server/index.ts'

/** A row of the map, in metres, from which two may walk down ten more and still see each other. */
const ROW = { x: 8, y: 16, apart: 2.5 }

class QuickArena extends ArenaRoom {
  override maxClients = 3
  override roundSeconds = 60
  override resultSeconds = 5

  override onJoin(client: Client, options: JoinOptions<this>) {
    super.onJoin(client, options)
    const place = this.state.fighters.size - 1
    Object.assign(this.state.fighters.get(client.sessionId)!, {
      x: ROW.x + place * ROW.apart,
      y: ROW.y,
      shieldUntilTick: 0,
    })
  }
}

export const server = createServer({
  rooms: { arena: QuickArena },
  web: new URL('../../dist/web', import.meta.url),
  tls: { dev: { names: ['game.test'] } },
  certsFolder: process.env['QUICK_ARENA_CERTS']!,
  log: 'warn',
})

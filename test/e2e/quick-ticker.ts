/** The ticker for tests in a browser, run by `fairground dev`: its shares are silent while there is a file `silence`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TickerRoom } from '../../rooms/ticker/room.ts'
import { createServer } from '../../server/index.ts'

const certs = process.env['QUICK_ARENA_CERTS']!
const silence = join(certs, '../silence')

class QuickTicker extends TickerRoom {
  override sources() {
    const [shares, matches] = super.sources()
    const feed = { take: (nowMs: number) => (existsSync(silence) ? [] : shares!.feed.take(nowMs)) }
    return [{ ...shares!, feed }, matches!]
  }
}

export const server = createServer({
  rooms: { ticker: QuickTicker },
  web: new URL('../../dist/web', import.meta.url),
  certsFolder: certs,
  log: 'warn',
})

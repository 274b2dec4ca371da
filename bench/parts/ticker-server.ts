/** The ticker's server, for its benchmark: the room as it is shipped, with a feed whose prices say when they were set. */
import { TickerRoom } from '../../rooms/ticker/room.ts'
import { createServer } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { NumberedFeed } from './numbered-feed.ts'
import { watchUse } from './server-use.ts'

interface Order {
  type: 'listen' | 'begin' | 'end' | 'use'
}

const folder = process.env['BENCH_FOLDER']!
const feed = new NumberedFeed(Number(process.env['BENCH_SYMBOLS']), Number(process.env['BENCH_EVERY_MS']))

class BenchTicker extends TickerRoom {
  override sources() {
    return [{ name: 'numbers', listings: feed.listings, feed }]
  }
}

const server = createServer({
  rooms: { ticker: BenchTicker },
  log: 'error',
  // All connect from one address and at once, which must not count as too much to do.
  limits: { ...OF_ONE_ADDRESS, joinsPerSecond: 10_000, joinBurst: 20_000, overloadDelayMs: 1e6 },
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})

const use = watchUse()

process.on('message', async ({ type }: Order) => {
  if (type === 'listen') {
    const { url } = await server.listen({ port: 0, host: '127.0.0.1' })
    process.send!({ url })
  } else if (type === 'begin') process.send!(feed.begin())
  else if (type === 'end') {
    feed.end()
    process.send!({ changes: [...feed.changes] })
  } else process.send!(use())
})

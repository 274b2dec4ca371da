/**
 * One transport behind two ports, wss as shipped and plain ws, for comparing the two in one process. At `/` it sends
 * every frame back itself; a room called `echo` does the same one floor up. Answers `listen`, `seat` and `cpu` over IPC.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { matchMaker } from '@colyseus/core'
import { z } from 'zod'
import { makeGuard } from '../../server/guard/guard.ts'
import { routeUpgrades } from '../../server/http/upgrade-router.ts'
import { GameRoom, message } from '../../server/index.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { createLogger } from '../../server/log.ts'
import { Metrics } from '../../server/metrics/metrics.ts'
import { armedClass } from '../../server/room/arm-room.ts'
import { loadCertificateFiles } from '../../server/tls/certificate-files.ts'
import { ServingCertificates } from '../../server/tls/serving.ts'
import { TicketKeys } from '../../server/tls/ticket-keys.ts'
import { WssTransport } from '../../server/transport/wss-transport.ts'
import { Watchdog } from '../../server/watchdog/watchdog.ts'
import { schema, t } from '../../shared/schema.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'

const Nothing = schema({ nothing: t.uint8().default(0) }, 'Nothing')

class EchoRoom extends GameRoom {
  override state = new Nothing()
  override messages = {
    echo: message(z.instanceof(Uint8Array), (client, bytes) => client.send('echo', bytes)),
  }
}

class EchoTransport extends WssTransport {
  override accept(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void {
    if (url.pathname !== '/') super.accept(request, socket, head, url)
    else
      this.wss.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('message', (frame) => webSocket.send(frame))
      })
  }
}

const limits = { ...DEFAULT_LIMITS, ...OF_ONE_ADDRESS, wrongTokenBurst: 10_000 }
const services = { log: createLogger('error'), metrics: new Metrics(), limits }
const guard = makeGuard({ ...services, secret: randomBytes(32) })
const { admission } = guard
const files = { cert: process.env['BENCH_CERT']!, key: process.env['BENCH_KEY']! }
const credential = await loadCertificateFiles(files, { nowMs: Date.now() })
const serving = new ServingCertificates({ tickets: new TicketKeys(randomBytes(32)) })

await matchMaker.setup()
await matchMaker.accept()
const running = new Set<never>()
matchMaker.defineRoomType(
  'echo',
  armedClass('echo', EchoRoom, {
    ...services,
    running,
    manualTicks: false,
    storage: undefined,
    watchdog: new Watchdog(),
    pace: { patchEveryTicks: (everyTicks) => everyTicks },
    guard,
  }),
)

const transport = new EchoTransport({ ...services, guard })
const servers = {
  wss: createHttpsServer(serving.options([credential], Date.now())),
  ws: createHttpServer(),
}
for (const server of Object.values(servers)) {
  server.on(
    'upgrade',
    routeUpgrades({ transport, origins: { allowedOrigins: [], allowLocal: true }, admission }),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
}
const portOf = (side: keyof typeof servers) => (servers[side].address() as AddressInfo).port

const answers = {
  listen: () => ({ wss: `wss://localhost:${portOf('wss')}`, ws: `ws://localhost:${portOf('ws')}` }),
  seat: () => matchMaker.joinOrCreate('echo', {}),
  cpu: () => ({ cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000 }),
}

process.on('message', async ({ type }: { type: keyof typeof answers }) => {
  process.send!(await answers[type]())
})

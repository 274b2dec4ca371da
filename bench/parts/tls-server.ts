/** A match server with the certificate that is named, or for a proxy if none is; answers its parent over IPC. */
import { createServer, GameRoom } from '../../server/index.ts'
import { schema, t } from '../../shared/schema.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { settledMemory } from './settled-memory.ts'
import { StallWatch } from './stall-watch.ts'

const Lobby = schema({ players: t.uint16().default(0) }, 'Lobby')

/** Where nothing happens. */
class LobbyRoom extends GameRoom {
  override maxClients = 100
  override state = new Lobby()
}

const folder = process.env['BENCH_FOLDER']!
const name = process.env['BENCH_CERTIFICATE']
const server = createServer({
  rooms: { lobby: LobbyRoom },
  log: 'error',
  limits: OF_ONE_ADDRESS,
  dataFolder: `${folder}/data`,
  tls: name ? { files: { cert: `${folder}/${name}.pem`, key: `${folder}/${name}.key` } } : 'proxy',
})

const stalls = new StallWatch()
server.onCertificate(() => stalls.note())

const answers = {
  listen: () => server.listen({ port: 0, host: '127.0.0.1' }),
  cpu: () => ({ cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000 }),
  memory: async () => ({ ...(await settledMemory()), clients: server.status().clients }),
  watch: () => stalls.start(),
  stalls: () => ({ ...stalls.stop(), clients: server.status().clients }),
}

process.on('message', async ({ type }: { type: keyof typeof answers }) => {
  process.send!(await answers[type]())
})

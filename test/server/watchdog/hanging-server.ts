/** A match server whose rooms hang for a while when told to: a process of its own, since it takes everything along. */
import { z } from 'zod'
import { connect } from '../../../client-sdk/index.ts'
import { createServer, GameRoom, message } from '../../../server/index.ts'

const [folder, hook, hangMs] = process.argv.slice(2)

function hang(where: string): void {
  if (where !== hook) return
  const untilMs = performance.now() + Number(hangMs)
  while (performance.now() < untilMs);
}

class TarPit extends GameRoom {
  #stuck = false
  override messages = {
    poke: message(z.undefined(), () => {
      hang('messages.poke')
      this.#stuck = true
    }),
  }
  override onTick() {
    if (!this.#stuck) return
    this.#stuck = false
    hang('onTick')
  }
  override onJoin() {
    hang('onJoin')
  }
  static override async onAuth(...args: Parameters<typeof GameRoom.onAuth>) {
    hang('onAuth')
    return GameRoom.onAuth(...args)
  }
}

export const server = createServer({
  rooms: { pit: TarPit, calm: class extends GameRoom {} },
  log: 'error',
  tls: 'dev',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
  limits: { hangMs: 400, pingMisses: 100 },
})
const { port, caPath } = await server.listen({ port: 0, host: '127.0.0.1' })
const { getCACertificates, setDefaultCACertificates } = await import('node:tls')
const { readFileSync } = await import('node:fs')
setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath!, 'utf8')])
const fairground = connect<typeof server>(`wss://localhost:${port}`)
await fairground.joinOrCreate('calm')
const room = await fairground.joinOrCreate('pit')
process.stdout.write(`room ${room.id}\n`)
room.send('poke')
if (hook === 'none') setTimeout(() => process.stdout.write('calm to the end\n'), 1_500)

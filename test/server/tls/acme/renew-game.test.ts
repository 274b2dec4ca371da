import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates, connect as tlsConnect } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { connect } from '../../../../client-sdk/index.ts'
import { type CertificateEvent, createServer, GameRoom, request } from '../../../../server/index.ts'
import { AcmeSource } from '../../../../server/tls/acme/acme-source.ts'
import { makeProofs } from '../../../../server/tls/tls-option.ts'
import { OF_ONE_ADDRESS } from '../../../../testing/one-address.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { startPebble } from './pebble.ts'

const PLAYERS = 200
/** Between two questions of a player, in milliseconds: faster, and the players leave the server no time to answer. */
const PACE_MS = 30

class Hall extends GameRoom {
  override requests = { next: request(z.number(), (_client, n) => n + 1) }
}

async function serialAt(port: number): Promise<string> {
  const socket = tlsConnect({ port, host: '127.0.0.1' })
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerX509Certificate()!
  socket.destroy()
  return serialNumber
}

describe.skipIf(missing('pebble', 'openssl'))(
  'a match whose certificate is renewed',
  { timeout: 120_000 },
  () => {
    it('[AC7] goes on for two hundred players who ask all the time, and the next ones see the new certificate', async () => {
      const port = await freePort()
      const pebble = await startPebble({ tlsPort: port })
      setDefaultCACertificates([...getCACertificates('default'), await pebble.root()])
      const [certsFolder, dataFolder] = [scratchFolder(), scratchFolder()]
      const acme = { names: ['127.0.0.1'], directory: pebble.directory, ca: pebble.ca }
      const server = createServer({
        rooms: { hall: Hall },
        log: 'silent',
        certsFolder,
        dataFolder,
        tls: { acme },
        limits: OF_ONE_ADDRESS,
      })
      onTestFinished(() => server.close())
      await server.listen({ port, host: '127.0.0.1' })
      const replaced = new Promise<CertificateEvent>((done) => server.onCertificate(done))
      const before = await serialAt(port)

      let over = false
      const statuses: string[] = []
      const play = async (): Promise<number> => {
        const room = await connect<typeof server>(`wss://127.0.0.1:${port}`).joinOrCreate('hall')
        room.onStatus((status) => void statuses.push(status))
        joined()
        let n = 0
        while (!over) {
          n = await room.request('next', n)
          await wait(PACE_MS)
        }
        expect(room.status).toBe('open')
        await room.leave()
        return n
      }
      let waiting = PLAYERS
      let joined!: () => void
      const allJoined = new Promise<void>((done) => {
        joined = () => --waiting === 0 && done()
      })
      const players = Array.from({ length: PLAYERS }, play)
      await Promise.race([allJoined, Promise.all(players)])

      // Somebody else with the same folder, as `fairground certs renew` is; the match server answers the authority.
      const { challenges, http: proofs } = makeProofs({ certsFolder, dataFolder })
      const source = new AcmeSource({ acme, folder: join(certsFolder, 'acme'), challenges, proofs })
      await source.load()
      await source.renew({ changed: () => {}, failed: () => {} })
      await source.close()
      expect(await replaced).toMatchObject({ type: 'replaced', names: ['127.0.0.1'] })
      expect(await serialAt(port)).not.toBe(before)
      expect(statuses).toEqual([])
      over = true
      expect(Math.min(...(await Promise.all(players)))).toBeGreaterThan(1)
      expect(pebble.issued()).toBe(2)
    })
  },
)

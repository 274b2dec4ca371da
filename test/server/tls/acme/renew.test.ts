import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { AcmeOptions } from '../../../../server/tls/acme/acme-options.ts'
import { eventually } from '../../../eventually.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { keepFrom, servedSerial } from './keep.ts'
import { type Pebble, startPebble } from './pebble.ts'
import { startProxy } from './proxy.ts'

const HOUR_MS = 3_600_000
const CONNECTIONS = 200

function askFor(pebble: Pebble, more: Partial<AcmeOptions> = {}): AcmeOptions {
  return { names: ['game.example'], directory: pebble.directory, ca: pebble.ca, ...more }
}

/** A player who sends numbers and gets them back, one after the other, for as long as the test runs. */
async function talk(port: number) {
  const socket = new WebSocket(`wss://127.0.0.1:${port}`, { rejectUnauthorized: false })
  onTestFinished(() => socket.terminate())
  const player = { socket, answered: 0, wrong: 0, closed: false }
  socket.on('message', (data) => {
    if (Number(data) !== player.answered) player.wrong++
    player.answered++
    setTimeout(() => socket.send(String(player.answered)), 5)
  })
  socket.on('close', () => {
    player.closed = true
  })
  await once(socket, 'open')
  socket.send('0')
  return player
}

describe.skipIf(missing('pebble', 'openssl'))(
  'a server whose certificate is renewed',
  { timeout: 120_000 },
  () => {
    it('[AC5] moves to the new one when the clock says so, and none of 200 players who talk notices', async () => {
      const port = await freePort()
      const pebble = await startPebble({ tlsPort: port, validitySeconds: 3600 })
      const clock = { aheadMs: 0 }
      const { events } = await keepFrom({ acme: askFor(pebble), certsFolder: scratchFolder(), port, clock })
      const before = await servedSerial(port)
      const players = await Promise.all(Array.from({ length: CONNECTIONS }, () => talk(port)))
      events.length = 0
      clock.aheadMs = (2 / 3) * HOUR_MS - 60_000
      const settled = players.map(({ answered }) => answered)
      await eventually(() =>
        expect(players.every(({ answered }, index) => answered > settled[index]!)).toBe(true),
      )
      expect([pebble.issued(), events]).toEqual([1, []])
      clock.aheadMs = (2 / 3) * HOUR_MS + 60_000
      await eventually(() => {
        expect(events).toMatchObject([{ type: 'replaced', names: ['game.example'] }])
        clock.aheadMs = 0
      })
      const atRenewal = players.map(({ answered }) => answered)
      expect(await servedSerial(port)).not.toBe(before)
      await eventually(() =>
        expect(players.every(({ answered }, index) => answered > atRenewal[index]! + 2)).toBe(true),
      )
      expect(players.filter(({ closed, wrong }) => closed || wrong > 0)).toEqual([])
      const serials = players.map(({ socket }) => tlsOf(socket).getPeerX509Certificate()?.serialNumber)
      expect(new Set(serials)).toEqual(new Set([before]))
      expect(pebble.issued()).toBe(2)
    })

    it('[AC2] proves nothing that the authority takes for proven', async () => {
      const port = await freePort()
      const proxy = await startProxy(await startPebble({ tlsPort: port, reusesProofs: true }))
      const { source, events } = await keepFrom({ acme: proxy.acme, certsFolder: scratchFolder(), port })
      events.length = 0
      const paths: string[] = []
      proxy.alter = (path, forward) => {
        paths.push(path)
        return forward()
      }
      await source.renew({ changed: () => {}, failed: (error) => expect(error).toBeUndefined() })
      expect(paths.filter((path) => path.startsWith('/authZ')).length).toBeGreaterThan(0)
      expect(paths.filter((path) => path.startsWith('/chalZ'))).toEqual([])
    })

    it('[AC7] that cannot be renewed goes on with the old one, says so, and counts it', async () => {
      const port = await freePort()
      const pebble = await startPebble({ tlsPort: port, validitySeconds: 3600 })
      const clock = { aheadMs: 0 }
      const { events, metrics } = await keepFrom({
        ...{ acme: askFor(pebble), certsFolder: scratchFolder(), port, clock },
      })
      const before = await servedSerial(port)
      await pebble.stop()
      events.length = 0
      clock.aheadMs = 0.7 * HOUR_MS
      await eventually(() =>
        expect(events).toMatchObject([{ type: 'failed', error: { code: 'ACME_UNREACHABLE' } }]),
      )
      expect(await servedSerial(port)).toBe(before)
      expect(await metrics.registry.metrics()).toContain(
        'fairground_certificate_failures_total{code="ACME_UNREACHABLE"} 1',
      )
      clock.aheadMs += 20 * 60_000
      await eventually(() => expect(events).toHaveLength(2))
      expect(await servedSerial(port)).toBe(before)
    })

    it('[AC8] whose names have changed is served with the old one until the new one is there', async () => {
      const port = await freePort()
      const pebble = await startPebble({ tlsPort: port })
      const certsFolder = scratchFolder()
      const first = await keepFrom({ acme: askFor(pebble), certsFolder, port })
      const before = await servedSerial(port)
      await first.close()
      const more = askFor(pebble, { names: ['new.example', 'game.example'], challenge: 'http-01' })
      const failing = await keepFrom({ acme: more, certsFolder, port })
      await eventually(() =>
        expect(failing.events).toMatchObject([{ type: 'failed', error: { code: 'ACME_REFUSED' } }]),
      )
      expect(await servedSerial(port)).toBe(before)
      await failing.close()
      const { events } = await keepFrom({ acme: { ...more, challenge: 'tls-alpn-01' }, certsFolder, port })
      await eventually(() =>
        expect(events).toMatchObject([{ type: 'replaced', names: ['new.example', 'game.example'] }]),
      )
      expect(await servedSerial(port)).not.toBe(before)
    })
  },
)

function tlsOf(socket: WebSocket): TLSSocket {
  return (socket as unknown as { _socket: TLSSocket })._socket
}

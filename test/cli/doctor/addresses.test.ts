import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkServer } from '../../../cli/doctor/front.ts'
import { checkOtherAddresses } from '../../../cli/doctor/other-addresses.ts'
import type { Patient } from '../../../cli/doctor/patient.ts'
import { parseTarget } from '../../../cli/doctor/target.ts'
import { checkTcp } from '../../../cli/doctor/tcp.ts'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'
import { freePort } from '../../free-port.ts'
import { missing } from '../../needs.ts'
import { type Chain, opensslChain } from '../../server/tls/openssl-chain.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { examinedAsOwnerOf } from './examined.ts'

const rooms = { arena: class extends GameRoom {} }

/** An address as a user gives it, not looked up anywhere. */
function patientAt(address: string, ownRoots: readonly string[] = []): Patient {
  const rest = { timeoutMs: 10_000, idleSeconds: 0, room: undefined, joinOptions: {}, httpPort: undefined }
  return { target: parseTarget(address), ...rest, ownRoots }
}

async function serving({ fullchain, key }: Chain, host: string, port: number): Promise<void> {
  const server = createServer({ cert: readFileSync(fullchain), key: readFileSync(key) })
  server.listen(port, host)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
}

describe.skipIf(missing('openssl'))('a name with several addresses', () => {
  it('is warned about the one where nothing listens', async () => {
    const port = await freePort()
    await serving(opensslChain(scratchFolder()), '127.0.0.1', port)
    const patient = patientAt(`wss://game.example:${port}`)
    const { findings, answering } = await checkTcp(patient, ['127.0.0.9', '127.0.0.1'])
    expect(answering).toEqual(['127.0.0.1'])
    expect(findings.map(({ verdict }) => verdict)).toEqual(['warning', 'good'])
    expect(findings[0]).toMatchObject({
      found: `127.0.0.9:${port} refuses connections: nothing listens there`,
      fix: expect.stringContaining('some players try it before 127.0.0.1'),
    })
  })

  it('is told where an old certificate was forgotten', async () => {
    const folder = scratchFolder()
    const port = await freePort()
    const [fresh, forgotten] = [opensslChain(folder), opensslChain(folder, { id: 'b', days: -1 })]
    await serving(fresh, '127.0.0.1', port)
    await serving(forgotten, '127.0.0.2', port)
    const roots = [fresh, forgotten].map(({ root }) => readFileSync(root, 'utf8'))
    const patient = { ...patientAt(`wss://game.example:${port}`, roots), ip: '127.0.0.1' }
    expect(await checkOtherAddresses(patient, ['127.0.0.1'])).toEqual([])
    const [finding] = await checkOtherAddresses(patient, ['127.0.0.1', '127.0.0.2'])
    expect(finding?.found).toContain('at 127.0.0.2 there is another certificate')
    expect(finding?.found).toContain('CERT_HAS_EXPIRED')
  })

  it('is asked by its name at each: HSTS is there for public ones', async () => {
    const { fullchain, key } = opensslChain(scratchFolder())
    await using server = await startTestServer({ rooms, tls: { files: { cert: fullchain, key } } })
    const { port } = server.server.address!
    const patient = { ...patientAt(`wss://game.example:${port}`), ip: '127.0.0.1' }
    const { findings, isMatchServer } = await checkServer(patient)
    expect(isMatchServer).toBe(true)
    expect(findings[0]).toMatchObject({ check: 'HSTS', verdict: 'good', found: 'for 730 days' })
  })
})

it("a Fairground server's own port of plain HTTP redirects", async () => {
  const httpPort = await freePort()
  await using server = await startTestServer({ rooms, httpPort })
  const address = server.url.replace('https', 'wss')
  const { wrong, of } = await examinedAsOwnerOf(
    server.server.address!.caPath,
    address,
    ...['--http-port', String(httpPort)],
  )
  expect(wrong).toEqual([])
  expect(of('Plain HTTP').found).toBe(`port ${httpPort} redirects to https`)
})

it.skipIf(missing('openssl'))('a port for holders of client certificates is told as one', async () => {
  const port = await freePort()
  const { root } = opensslChain(scratchFolder())
  await using server = await startTestServer({ rooms, clientCertificates: { port, ca: root } })
  const { wrong, of } = await examinedAsOwnerOf(server.server.address!.caPath, `wss://localhost:${port}`)
  expect(wrong).toEqual(['Server'])
  expect(of('Server').fix).toContain('mutual TLS')
})

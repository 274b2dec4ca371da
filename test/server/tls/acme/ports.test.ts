import { readFileSync } from 'node:fs'
import { createServer as createNetServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServer, GameRoom } from '../../../../server/index.ts'
import { freePort } from '../../../free-port.ts'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { type Pebble, startPebble } from './pebble.ts'

const NOBODY = 65_534

class Hall extends GameRoom {}

function matchServer({ directory, ca }: Pebble) {
  const server = createServer(
    {
      rooms: { hall: Hall },
      log: 'silent',
      certsFolder: scratchFolder(NOBODY),
      dataFolder: scratchFolder(NOBODY),
      tls: { acme: { names: ['game.example'], directory, ca, challenge: 'http-01' } },
    },
    { manualTicks: true },
  )
  onTestFinished(() => server.close())
  return server
}

async function refuses(port: number): Promise<boolean> {
  return fetch(`https://127.0.0.1:${port}`).then(
    () => false,
    (error: { cause?: { code?: string } }) => error.cause?.code === 'ECONNREFUSED',
  )
}

function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return 0
  }
}

describe.skipIf(missing('pebble', 'openssl'))('the plain port that http-01 needs', () => {
  it('that is taken is said, nothing is asked of the authority, and the game port is free again', async () => {
    const [port, httpPort] = [await freePort(), await freePort()]
    const pebble = await startPebble({ httpPort })
    const taken = createNetServer().listen(httpPort, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await expect(matchServer(pebble).listen({ port, httpPort, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${httpPort} is taken by another program.`,
    })
    expect(await refuses(port)).toBe(true)
    expect(pebble.issued()).toBe(0)
  })

  it.skipIf(firstFreePort() <= 80)('is 80, and if this user may not open it, that is said', async () => {
    const port = await freePort()
    const pebble = await startPebble()
    const server = matchServer(pebble)
    if (process.geteuid?.() === 0) {
      process.seteuid?.(NOBODY)
      onTestFinished(() => process.seteuid?.(0))
    }
    await expect(server.listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'PORT_FORBIDDEN',
      message: 'This user may not listen on port 80.',
    })
    expect(await refuses(port)).toBe(true)
    expect(pebble.issued()).toBe(0)
  })
})

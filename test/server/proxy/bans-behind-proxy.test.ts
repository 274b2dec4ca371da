import { expect, it, onTestFinished } from 'vitest'
import { createServer, GameRoom } from '../../../server/index.ts'
import { freePort } from '../../free-port.ts'
import { flood, takeSeat, wireFrame } from '../../raw-seat.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

class HallRoom extends GameRoom {}

const HTTPS = { 'x-forwarded-proto': 'https' }
const JUNK = Buffer.concat(Array<Buffer>(200).fill(wireFrame(new Uint8Array([99]))))

async function behindProxy() {
  const folders = { certsFolder: scratchFolder(), dataFolder: scratchFolder() }
  const limits = { kicksToBan: 1, banMs: 60_000 }
  const server = createServer({ rooms: { hall: HallRoom }, log: 'silent', tls: 'proxy', limits, ...folders })
  onTestFinished(() => server.close())
  const { port } = await server.listen({ port: await freePort() })
  return (forwardedFor?: string) =>
    takeSeat(`http://127.0.0.1:${port}`, 'joinOrCreate/hall', {
      headers: { ...HTTPS, ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }) },
    })
}

it('[FW9] behind a proxy the client that it names is shut out, and nobody else', async () => {
  const join = await behindProxy()
  expect((await flood(await join('192.0.2.7'), JUNK)).code).toBe(4320)
  await expect(join('192.0.2.7')).rejects.toThrow('BANNED')
  await expect(join('10.9.9.9, 192.0.2.7')).rejects.toThrow('BANNED')
  await (await join('192.0.2.8')).heard()
})

it('[FW9] a proxy that names nobody is not shut out for one of those behind it', async () => {
  const join = await behindProxy()
  expect((await flood(await join(), JUNK)).code).toBe(4320)
  await (await join()).heard()
})

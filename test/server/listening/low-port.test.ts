import { chownSync, readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { createServer } from '../../../server/create-server.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

/** A user that owns nothing, on every Debian. */
const NOBODY = 65_534

/** The first port that everybody may open; elsewhere than on Linux it is not known. */
function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return 0
  }
}

/** Lets this process be nobody until the test is over, if it was root; the folders are nobody's then. */
function becomeNobody(...folders: string[]): void {
  if (process.geteuid?.() !== 0) return
  for (const folder of folders) chownSync(folder, NOBODY, NOBODY)
  process.seteuid?.(NOBODY)
  onTestFinished(() => process.seteuid?.(0))
}

it.skipIf(firstFreePort() <= 443)(
  'says that this user may not open a low port, and opens another when asked again',
  async () => {
    const [certsFolder, dataFolder] = [scratchFolder(), scratchFolder()]
    becomeNobody(certsFolder, dataFolder)
    const folders = { certsFolder, dataFolder }
    const server = createServer({ rooms: {}, log: 'silent', ...folders }, { manualTicks: true })
    onTestFinished(() => server.close())
    await expect(server.listen({ port: 443, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'PORT_FORBIDDEN',
      message: 'This user may not listen on port 443.',
      next: expect.stringContaining('above 1023'),
    })
    expect(server.address).toBeUndefined()
    expect((await server.listen({ port: 0, host: '127.0.0.1' })).port).toBeGreaterThan(1023)
  },
)

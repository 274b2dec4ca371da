import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startTestServer } from '../../testing/index.ts'
import { YardRoom } from '../client-sdk/yard-room.ts'
import { missing, pathOf } from '../needs.ts'
import { Program } from '../program.ts'
import { opensslChain } from '../server/tls/openssl-chain.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'

interface Finding {
  readonly id: string
  readonly severity: string
  readonly finding: string
}

/** What says something about the scanner or the test's own authority, and nothing about the server. */
const isExcused = ({ id, finding }: Finding): boolean =>
  id === 'engine_problem' || // Debian's OpenSSL has no GOST
  id.startsWith('cert_revocation') || // an authority made a minute ago publishes no revocation lists
  // On a busy machine its own client ends too early to see a ticket; test/server/tls resumes sessions itself.
  (id === 'sessionresumption_ticket' && finding.startsWith('check failed'))

async function start(options: object = {}) {
  const server = await startTestServer({
    ...{ rooms: { yard: YardRoom }, web: join(import.meta.dirname, '../../web'), ticks: 'real' as const },
    ...options,
  })
  onTestFinished(() => server.close())
  return server.server.address!
}

/** Lets testssl.sh look at a server that it knows by this name; without `sections` at everything it can. */
async function scan(
  name: string,
  { port, ca, sections = [] }: { port: number; ca: string; sections?: string[] },
): Promise<Finding[]> {
  const folder = scratchFolder()
  const output = join(folder, 'findings.json')
  const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--ip', '127.0.0.1']
  const args = [...quiet, '--add-ca', ca, '--jsonfile', output, ...sections, `https://${name}:${port}/`]
  await using program = new Program(pathOf('testssl')!, args, {
    cwd: folder,
    env: { ...process.env, HOME: folder, TERM: 'dumb' },
  })
  await program.ended
  const found = JSON.parse(readFileSync(output, 'utf8')) as Finding[]
  return found.filter((finding) => !isExcused(finding))
}

const worrying = (findings: Finding[]): Finding[] =>
  findings.filter(({ severity }) => severity !== 'OK' && severity !== 'INFO')

describe.skipIf(missing('testssl', 'openssl'))('testssl.sh', () => {
  it('[TL9] finds nothing to say about a server with a certificate of an authority', async () => {
    const { root, fullchain: cert, key } = opensslChain(scratchFolder(), { days: 90 })
    const { port } = await start({ tls: { files: { cert, key } } })
    const findings = await scan('game.example', { port, ca: root })
    expect(worrying(findings)).toEqual([])
    const said = Object.fromEntries(findings.map(({ id, finding }) => [id, finding]))
    expect(said, 'the scan was a whole one').toMatchObject({
      TLS1: 'not offered',
      TLS1_2: 'offered',
      TLS1_3: expect.stringContaining('offered'),
      HSTS_time: expect.stringContaining('730 days'),
      heartbleed: expect.stringContaining('not vulnerable'),
      ROBOT: expect.stringContaining('not vulnerable'),
      secure_client_renego: expect.stringContaining('not vulnerable'),
      CRIME_TLS: expect.stringContaining('not vulnerable'),
      SWEET32: 'not vulnerable',
      LUCKY13: 'not vulnerable',
      'clientsimulation-chrome_101_win10': expect.stringContaining('TLSv1.3'),
      RC4: expect.stringContaining('not vulnerable'),
    })
  }, 400_000)

  it('[SH3] finds that a development server pins nobody to https, and nothing else', async () => {
    const { port, caPath } = await start()
    const sections = ['--server-defaults', '--protocols', '--fs', '--headers']
    const findings = await scan('localhost', { port, ca: caPath!, sections })
    expect(worrying(findings).map(({ id }) => id)).toEqual(['HSTS'])
  }, 200_000)
})

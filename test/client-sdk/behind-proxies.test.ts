import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { connect, FairgroundError } from '../../client-sdk/index.ts'
import { GameRoom } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { nginx, nginxServer } from '../nginx.ts'
import { opensslChain } from '../server/tls/openssl-chain.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'

const rooms = { arena: class extends GameRoom {} }

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

/** Joins a room behind an nginx that is configured so, and says why that fails. */
async function failureBehind(site: { proxied?: string; server?: string }): Promise<FairgroundError> {
  await using game = await startTestServer({ rooms, tls: 'proxy' })
  const port = await freePort()
  const { root, fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(root, 'utf8')])
  await nginx(nginxServer({ port, cert: fullchain, key, upstream: game.server.address!.port, ...site }), [
    port,
  ])
  const error = await connect<typeof game.server>(`wss://localhost:${port}`)
    .joinOrCreate('arena')
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error).toBeInstanceOf(FairgroundError)
  return error as FairgroundError
}

describe.skipIf(missing('nginx', 'openssl'))('[CL12] a WebSocket that does not open behind nginx', () => {
  it('for it does not pass upgrades, is told with the status and what to write into its configuration', async () => {
    const error = await failureBehind({ proxied: '' })
    expect(error).toMatchObject({ code: 'UPGRADE_REFUSED', retry: 'change', causes: [] })
    expect(error.message).toContain(
      'answered with status 404: a proxy in front of the server drops the Upgrade',
    )
    expect(error.next).toContain('proxy_set_header Upgrade $http_upgrade')
  })

  it.each([
    [400, 'UPGRADE_REFUSED', 'drops the Upgrade header'],
    [401, 'UPGRADE_REFUSED', 'asks for a sign-in'],
    [403, 'UPGRADE_REFUSED', 'origin or a firewall rule'],
    [426, 'UPGRADE_REFUSED', 'drops the Upgrade header'],
    [502, 'SERVER_DOWN', 'no proper answer'],
    [503, 'SERVER_DOWN', 'not available at the moment'],
    [504, 'SERVER_DOWN', 'waited in vain'],
  ])('for it answers with status %i, is %s', async (status, code, meaning) => {
    const error = await failureBehind({ server: `if ($http_upgrade) { return ${status}; }` })
    expect(error.code).toBe(code)
    expect(error.message).toContain(`status ${status}: `)
    expect(error.message).toContain(meaning)
  })

  it('for it redirects, is told with the target', async () => {
    const server = 'if ($http_upgrade) { return 308 https://elsewhere.example$request_uri; }'
    const error = await failureBehind({ server })
    expect(error.code).toBe('UPGRADE_REFUSED')
    expect(error.next).toMatch(/^Connect to the address it leads to: https:\/\/elsewhere\.example\//)
    expect(error.next).not.toContain('reconnectionToken')
  })

  it('for it hangs up, is told to be cut', async () => {
    const error = await failureBehind({ server: 'if ($http_upgrade) { return 444; }' })
    expect(error.code).toBe('CONNECTION_FAILED')
    expect(error.message).toContain('is cut while the WebSocket opens')
    expect(error.next).toContain('npx fairground doctor wss://localhost')
  })
})

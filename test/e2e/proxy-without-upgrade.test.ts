import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GameRoom } from '../../server/index.ts'
import { ensureDevelopmentCertificate } from '../../server/tls/development-leaf.ts'
import { startTestServer } from '../../testing/index.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { nginx, nginxServer } from '../nginx.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { TestBrowser } from './browser.ts'

const rooms = { arena: class extends GameRoom {} }

describe.skipIf(missing('chromium', 'certutil', 'nginx'))(
  'a page behind an nginx that passes no upgrades',
  () => {
    it('[CL13] is told that a proxy is the likely cause, and what decides', async () => {
      await using game = await startTestServer({ rooms, tls: 'proxy' })
      const folder = scratchFolder()
      const made = await ensureDevelopmentCertificate({
        ...{ certsFolder: join(folder, 'certs'), dataFolder: join(folder, 'data') },
        nowMs: Date.now(),
      })
      const port = await freePort()
      const upstream = game.server.address!.port
      await nginx(nginxServer({ port, cert: made.certPath, key: made.keyPath, upstream, proxied: '' }), [
        port,
      ])
      await using browser = await TestBrowser.launch(made.caPath)
      const { page } = await browser.page()
      await page.goto(`https://localhost:${port}/healthz`)
      const told = await page.evaluate(`
      import('/sdk/fairground-client.js').then(({ connect }) => connect().joinOrCreate('arena').catch(
        ({ code, message, next, causes }) => ({ code, message, next, causes })))
    `)
      expect(told).toMatchObject({
        code: 'CONNECTION_FAILED',
        message: `The server answered over https, but the WebSocket to wss://localhost:${port} did not open.`,
        next: expect.stringContaining(`npx fairground doctor wss://localhost:${port} finds out which`),
      })
      const { causes } = told as { causes: string[] }
      // On this machine a restart is as likely, and harmless.
      expect(causes[0]).toContain('restarted')
      expect(causes[1]).toContain('A proxy in front of the server does not pass WebSocket upgrades')
    })
  },
)

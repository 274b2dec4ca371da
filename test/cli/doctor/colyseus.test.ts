import { createServer } from 'node:https'
import { Server } from '@colyseus/core'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { expect, it, onTestFinished, vi } from 'vitest'
import { certificate } from '../../client-sdk/stranger-servers.ts'
import { freePort } from '../../free-port.ts'
import { examined } from './examined.ts'

it('a stock Colyseus server is known as one, and what is unsafe about it is told', async () => {
  for (const level of ['info', 'log', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  const https = createServer(await certificate({ notAfterMs: Date.now() + 20 * 86_400_000 }))
  const server = new Server({ transport: new WebSocketTransport({ server: https }), greet: false })
  const port = await freePort()
  await server.listen(port, '127.0.0.1')
  onTestFinished(() => server.gracefullyShutdown(false))
  const { wrong, of } = await examined(`wss://localhost:${port}`, '--idle', '4')
  expect(of('Server')).toMatchObject({ verdict: 'good', found: 'a Colyseus server, not Fairground' })
  expect(of('Upgrade').verdict).toBe('good')
  expect(wrong).toEqual(['Trust', 'Origin', 'CORS'])
  expect(of('Idle')).toMatchObject({ verdict: 'unchecked', fix: expect.stringContaining('--room') })
})

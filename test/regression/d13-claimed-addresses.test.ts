import { Room, ServerError } from '@colyseus/core'
import { expect, it } from 'vitest'
import { FairgroundError, GameRoom } from '../../server/index.ts'
import type { JoinContext } from '../../server/room/join-context.ts'
import { startTestServer } from '../../testing/index.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D13: whoever claims an address in a header is believed, so limits and bans by address hit others and never him.

class PlainDoor extends Room {
  static override async onAuth(_token: string, _options: unknown, { ip }: { ip?: string }): Promise<never> {
    throw new ServerError(401, `from ${ip}`)
  }
}
class Door extends GameRoom {
  static override async onAuth(_token: string, _options: unknown, { ip }: JoinContext): Promise<never> {
    throw new FairgroundError('AUTH_FAILED', { message: `from ${ip}` })
  }
}
const CLAIMS = ['x-real-ip', 'x-forwarded-for', 'x-client-ip']

/** Whom the room sees. */
async function seen(url: string, header: string): Promise<string> {
  const headers = { 'content-type': 'application/json', [header]: '203.0.113.9' }
  return (await fetch(url, { method: 'POST', body: '{}', headers })).text()
}

it('plain Colyseus believes each of the headers', async () => {
  await using server = await startPlainColyseus(PlainDoor)
  const url = `${server.url.replace('ws:', 'http:')}/matchmake/joinOrCreate/room`
  for (const header of CLAIMS) expect(await seen(url, header)).toContain('from 203.0.113.9')
})

it('[PX3] here rooms see where the connection comes from', async () => {
  await using server = await startTestServer({ rooms: { door: Door } })
  for (const header of CLAIMS)
    expect(await seen(`${server.url}/matchmake/joinOrCreate/door`, header)).toContain('from 127.0.0.1')
})

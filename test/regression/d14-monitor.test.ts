import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { GameRoom } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'

// D14: Colyseus' monitor lets whoever reaches it call any method of any room, and asks for no password. There is none
// here, neither mounted nor installed, so there is nothing of plain Colyseus to show beside.

class Hall extends GameRoom {}
const ROOT = join(import.meta.dirname, '../..')

it('no monitor and no playground is installed', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>
  }
  expect(Object.keys(packages).filter((name) => /@colyseus\/(monitor|playground|admin)$/.test(name))).toEqual(
    [],
  )
})

it.each([
  '/api/room/call?roomId=x&method=disconnect',
  '/monitor',
  '/colyseus',
  '/playground',
  '/api',
  '/__healthcheck',
])('%s is answered by nothing of Colyseus', async (path) => {
  await using server = await startTestServer({ rooms: { hall: Hall } })
  const room = await server.connect().joinOrCreate('hall')
  const answer = await fetch(server.url + path.replace('roomId=x', `roomId=${room.id}`))
  expect(answer.status).toBe(404)
  expect(await answer.text()).toBe('Nothing here.\n')
  expect(room.status).toBe('open')
})

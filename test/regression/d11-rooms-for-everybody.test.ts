import { Room } from '@colyseus/core'
import { expect, it } from 'vitest'
import { GameRoom } from '../../server/index.ts'
import { DEFAULT_LIMITS as limits } from '../../server/limits.ts'
import { startTestServer } from '../../testing/index.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D11: anybody may open rooms without end, at any rate, with options of any size.

class PlainHall extends Room {
  override autoDispose = false
}
class Hall extends GameRoom {
  override autoDispose = false
}
class OpenHall extends Hall {
  override clientsMayCreate = true
}
const TIMES = 200
const LARGE = JSON.stringify({ text: 'x'.repeat(5_000_000) })

/** What so many requests in a row, and a large one, are answered. */
async function flood(url: string): Promise<{ statuses: number[]; large: number }> {
  const post = async (body: string) => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    await response.arrayBuffer()
    return response.status
  }
  const statuses: number[] = []
  for (let n = 0; n < TIMES; n++) statuses.push(await post('{}'))
  return { statuses, large: await post(LARGE) }
}

it('plain Colyseus opens a room at every request, however many and however large', async () => {
  await using server = await startPlainColyseus(PlainHall)
  const { statuses, large } = await flood(`${server.url.replace('ws:', 'http:')}/matchmake/create/room`)
  expect(new Set([...statuses, large])).toEqual(new Set([200]))
})

it('[JN3] here clients open no room at will', async () => {
  await using server = await startTestServer({ rooms: { hall: Hall }, limits })
  const { statuses } = await flood(`${server.url}/matchmake/create/hall`)
  expect(new Set(statuses)).toEqual(new Set([403, 429]))
  expect(server.server.status().rooms).toBe(0)
})

it('[GD4] [GD8] and where a room class allows it, at a rate, a few, and from small bodies', async () => {
  await using server = await startTestServer({ rooms: { hall: OpenHall }, limits })
  const { statuses } = await flood(`${server.url}/matchmake/create/hall`)
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(limits.maxRoomsPerAddress)
  expect(statuses.indexOf(429)).toBeLessThan(100)
  expect(server.server.status().rooms).toBeLessThanOrEqual(limits.maxRoomsPerAddress)
  await server.close()
  await using patient = await startTestServer({ rooms: { hall: OpenHall } })
  expect((await flood(`${patient.url}/matchmake/create/hall`)).large).toBe(413)
})

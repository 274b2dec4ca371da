import { Protocol } from '@colyseus/core'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { wireOf } from '../../../client-sdk/room.ts'
import type { Survey } from '../../../rooms/arena/events.ts'
import { findWay } from '../../../rooms/arena/navigation.ts'
import { RoyaleRoom } from '../../../rooms/arena/royale-room.ts'
import { isFree } from '../../../rooms/arena/simulation.ts'
import { spawnPoint } from '../../../rooms/arena/spawning.ts'
import { ROYALE } from '../../../rooms/arena/world.ts'
import { seededRandom } from '../../../shared/random.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'

class SeededRoom extends RoyaleRoom {
  override random = seededRandom(3)
}
const rooms = { royale: SeededRoom }

/** A player at a place of the map, and all that it is ever told. */
async function player(server: TestServer<typeof rooms>, name: string, place: { x: number; y: number }) {
  const room = await server.connect().joinOrCreate('royale', { name })
  const fighter = server.room('royale', room).state.fighters.get(room.sessionId)!
  const read: Buffer[] = []
  const { events } = wireOf(room).connection
  const hear = events.onmessage!
  events.onmessage = (event: { data: ArrayBuffer }) => {
    read.push(Buffer.from(event.data))
    hear(event)
  }
  const put = (to: { x: number; y: number }) => Object.assign(fighter, { ...to, shieldUntilTick: 0 })
  put(place)
  return { room, read, put }
}

describe('in the large world', () => {
  it('[AR11] who is out of sight is in no frame, neither by being there nor by what it does', async () => {
    await using server = await startTestServer({ rooms })
    const ann = await player(server, 'Ann', { x: 17, y: 17 })
    const harriet = await player(server, 'Harriet', { x: 200, y: 193 })
    const valerie = await player(server, 'Valerie', { x: 200, y: 199 })
    const everybody = [ann.room, harriet.room, valerie.room] as const
    const surveys: Survey[] = []
    ann.room.on('survey', (survey) => surveys.push(survey))
    let killed = false
    harriet.room.on('kill', () => {
      killed = true
    })
    const input = harriet.room.input()
    Object.assign(input.data, { aim: Math.PI / 2, fire: true })
    for (let tick = 0; tick < 60; tick++) {
      input.send()
      await harriet.room.ping()
      await server.step(1, ...everybody)
    }
    expect(killed, 'Harriet shot Valerie').toBe(true)
    expect(ann.room.state.fighters.size).toBe(1)
    // The survey is for everybody: it tells who leads, and dots.
    const frames = ann.read.filter((frame) => !frame.includes('survey'))
    expect(frames.filter(([kind]) => (kind! & 0x1f) === Protocol.ROOM_STATE_PATCH).length).toBeGreaterThan(50)
    for (const told of ['Harriet', 'Valerie', harriet.room.sessionId, valerie.room.sessionId])
      expect(frames.filter((frame) => frame.includes(told))).toEqual([])
    expect(surveys.at(-1)).toMatchObject({ players: 3, leaders: [{ name: 'Harriet', score: 1 }] })
    expect(surveys.at(-1)!.dots.byteLength).toBeGreaterThanOrEqual(4)

    harriet.put({ x: 17, y: 33 })
    await server.step(1, ...everybody)
    expect(ann.room.state.fighters.get(harriet.room.sessionId)).toMatchObject({ name: 'Harriet', y: 33 })
    expect(ann.read.some((frame) => !frame.includes('survey') && frame.includes('Harriet'))).toBe(true)
  })
})

describe('the large map', () => {
  test('has edges that float32 holds exactly, and spawn points for a thousand', () => {
    for (const { x, y, width, height } of ROYALE.walls)
      for (const value of [x, y, x + width, y + height]) expect(Math.fround(value)).toBe(value)
    expect(ROYALE.spawns.length).toBeGreaterThan(1_000)
  })

  test('has room to stand at every spawn point and pickup, and a way from each to the middle', () => {
    const middle = ROYALE.spawns.find(({ x, y }) => x > ROYALE.width / 2 && y > ROYALE.height / 2)!
    const places = [...ROYALE.spawns, ...ROYALE.pickupPlaces]
    expect(places.filter((place) => !isFree(place, ROYALE))).toEqual([])
    // One in forty is searched for: a way crosses a dozen lots.
    for (const place of places.filter((place, index) => index % 40 === 0 && place !== middle))
      expect(findWay(place, middle, ROYALE).length).toBeGreaterThan(0)
  })

  test('lets nobody come in within reach of another, with eight hundred about', () => {
    const random = seededRandom(7)
    const crowd: { x: number; y: number }[] = []
    for (let n = 0; n < 800; n++) crowd.push(spawnPoint(crowd, random, ROYALE))
    expect(new Set(crowd.map(({ x, y }) => `${x},${y}`)).size).toBe(800)
  })
})

test('walls found by where they are stop shots and eyes as all walls together would', () => {
  const { wallGrid, walls, width, height } = ROYALE
  const place = fc.record({
    x: fc.double({ min: 0, max: width, noNaN: true }),
    y: fc.double({ min: 0, max: height, noNaN: true }),
  })
  fc.assert(
    fc.property(place, place, (from, to) => {
      const box = { left: Math.min(from.x, to.x), right: Math.max(from.x, to.x) }
      const found = new Set(wallGrid.along(from, to))
      const crossed = walls.filter(
        (wall) =>
          wall.x <= box.right &&
          wall.x + wall.width >= box.left &&
          wall.y <= Math.max(from.y, to.y) &&
          wall.y + wall.height >= Math.min(from.y, to.y),
      )
      expect(crossed.filter((wall) => !found.has(wall))).toEqual([])
    }),
    { numRuns: 200 },
  )
})

import { expect, it } from 'vitest'
import { botsWanted, Filler } from '../../bots/filler.ts'
import { ArenaRoom } from '../../rooms/arena/room.ts'
import type { RoomListing } from '../../shared/protocol.ts'
import { seededRandom } from '../../shared/random.ts'
import { startTestServer } from '../../testing/index.ts'

const arena = (clients: number, more: Partial<RoomListing> = {}): RoomListing => ({
  ...{ roomId: 'a', name: 'arena', clients, maxClients: 16, locked: false },
  ...more,
})

it.each([
  ['an empty server', [], 0, 6],
  ['bots alone, still too few', [arena(2)], 2, 4],
  ['bots alone, just enough', [arena(6)], 6, 0],
  ['one person among enough bots', [arena(7)], 6, -1],
  ['a person who has left', [arena(5)], 5, 1],
  ['as many people as wanted', [arena(8)], 2, -2],
  ['more people than wanted', [arena(12)], 3, -3],
  ['people only', [arena(9)], 0, 0],
] as const)('with %s, bots come or go one by one: %#', (_what, listings, bots, missing) => {
  expect(botsWanted(listings, 'a', bots, 6)).toBe(missing)
})

it('counts the people of the room the bots are in, and of no other room', () => {
  const listings = [arena(12, { roomId: 'b' }), arena(4), arena(9, { roomId: 'c', name: 'chat' })]
  expect(botsWanted(listings, 'a', 4, 6)).toBe(2)
  expect(botsWanted(listings, undefined, 0, 6), 'the first arena before they are in any').toBe(0)
  expect(botsWanted([arena(9, { name: 'chat' })], undefined, 0, 6)).toBe(6)
})

it('always leaves a place for a person', () => {
  expect(botsWanted([arena(15)], 'a', 15, 64)).toBe(0)
  expect(botsWanted([arena(16)], 'a', 15, 64), 'and makes it free again').toBe(-1)
  expect(botsWanted([arena(3, { maxClients: null })], 'a', 3, 64)).toBe(61)
})

it('fills an arena, makes room for a person, and comes back when the person has left', async () => {
  await using server = await startTestServer({ rooms: { arena: ArenaRoom } })
  const filler = new Filler({
    url: server.url.replace('https:', 'wss:'),
    players: 3,
    random: seededRandom(1),
  })
  const adjust = async (times: number) => {
    for (let i = 0; i < times; i++) await filler.adjust()
  }
  await adjust(5)
  const person = await server.connect().joinOrCreate('arena', { name: 'Ann' })
  const room = server.room('arena', person)
  const bots = () => [...room.state.fighters.values()].filter(({ bot }) => bot)
  expect(bots()).toHaveLength(3)
  expect(new Set(bots().map(({ name }) => name)).size).toBe(3)
  await adjust(2)
  expect(bots()).toHaveLength(2)
  await person.leave()
  await adjust(2)
  expect(bots()).toHaveLength(3)
  await filler.leave()
  expect(bots()).toHaveLength(0)
})

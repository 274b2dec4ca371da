import { expect, it } from 'vitest'
import { ArenaBot } from '../../bots/arena-bot.ts'
import { ArenaRoom } from '../../rooms/arena/room.ts'
import { seededRandom } from '../../shared/random.ts'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'

const rooms = { arena: ArenaRoom }

it('joins over wss, moves by inputs alone, and leaves its place', async () => {
  await using server = await startTestServer({ rooms, ticks: 'real' })
  const watcher = await server.connect().joinOrCreate('arena', { name: 'Watcher' })
  const bot = new ArenaBot({
    url: server.url.replace('https:', 'wss:'),
    random: seededRandom(7),
    difficulty: 0.5,
    name: 'Ada',
  })
  expect(bot.roomId).toBeUndefined()
  await bot.play()
  expect(bot.roomId).toBe(watcher.id)
  const fighter = await eventually(
    () => [...watcher.state.fighters.values()].find(({ name }) => name === 'Ada') ?? expect.unreachable(),
  )
  expect(fighter.bot).toBe(true)
  const start = { x: fighter.x, y: fighter.y }
  await eventually(() => expect(Math.hypot(fighter.x - start.x, fighter.y - start.y)).toBeGreaterThan(2))
  await bot.leave()
  await eventually(() =>
    expect([...watcher.state.fighters.values()].map(({ name }) => name)).toEqual(['Watcher']),
  )
})

it('stops when the server ends the match', async () => {
  await using server = await startTestServer({ rooms })
  const bot = new ArenaBot({
    url: server.url.replace('https:', 'wss:'),
    random: seededRandom(7),
    difficulty: 1,
  })
  await bot.play()
  expect(bot.roomId).toBeDefined()
  await server.close()
  await eventually(() => expect(bot.roomId).toBeUndefined())
})

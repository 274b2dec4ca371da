/** Players for benchmarks: SDK clients over wss that play as bots do. Answers `join` over IPC. */
import { ArenaBot } from '../../bots/arena-bot.ts'
import { seededRandom } from '../../shared/random.ts'

process.on('message', async ({ url, players }: { url: string; players: number }) => {
  const random = seededRandom(1)
  const bots = Array.from({ length: players }, () => new ArenaBot({ url, random, difficulty: 0.5 }))
  for (const bot of bots) await bot.play()
  process.send!({ joined: bots.length })
})

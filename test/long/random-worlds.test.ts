import { it } from 'vitest'
import { playWorlds } from '../server/sync/play-worlds.ts'

it('[BP1] every player sees the state of the room, in 5,000 random worlds', async () => {
  await playWorlds(5_000)
}, 1_800_000)

import { it } from 'vitest'
import { playWorlds } from './play-worlds.ts'

it('[BP1] every player sees the state of the room, whatever happens in it and whoever stalls', async () => {
  await playWorlds(60)
}, 120_000)

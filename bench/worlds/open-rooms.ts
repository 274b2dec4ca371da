/** Part (a): rooms of 10 and of 50 in which everybody sees everybody. */

import { runOf, runWorlds, titleOf, type World } from './paired-runs.ts'
import type { Part } from './part.ts'

const PLAYERS = 400
const QUICK_PLAYERS = 100

export const openRooms: Part = {
  letter: 'a',
  title: 'rooms where everybody sees everybody',
  async run(context) {
    const players = context.sizes?.[0] ?? (context.quick ? QUICK_PLAYERS : PLAYERS)
    const worlds: World[] = [10, 50].map((roomSize) => ({ players, roomSize, spread: 'even' }))
    const { runs, faults } = await runWorlds(worlds, context)
    const figures = worlds.flatMap((world) => {
      const costOf = (side: 'fairground' | 'bare-ws' | 'plain') =>
        runOf(runs, side, world)?.cpuMicrosPerPatch ?? Number.NaN
      return [
        {
          what: `${players} players, ${titleOf(world)}: CPU beside bare ws`,
          value: costOf('fairground') / costOf('bare-ws'),
          unit: '×',
          limit: 1.1,
        },
        {
          what: '… beside plain Colyseus',
          value: costOf('fairground') / costOf('plain'),
          unit: '×',
          limit: 1,
        },
      ]
    })
    const method = `${players} players in rooms; each moves every tick by its own inputs, 20 a second, and gets 20 patches a second.`
    return { letter: this.letter, title: this.title, method, figures, runs, faults }
  },
}

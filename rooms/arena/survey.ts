/** What players are told of a world that is too large to see: where the others are, roughly, and who leads. */
import type { Survey } from './events.ts'
import { standingsOf } from './match.ts'
import type { ArenaState } from './state.ts'
import type { World } from './world.ts'

const MAX_LEADERS = 6

export function surveyOf(state: ArenaState, { width, height }: World): Survey {
  const dots: number[] = []
  for (const { alive, x, y } of state.fighters.values())
    if (alive) dots.push(Math.round((x / width) * 255), Math.round((y / height) * 255))
  return {
    players: state.fighters.size,
    dots: Uint8Array.from(dots),
    leaders: standingsOf(state)
      .slice(0, MAX_LEADERS)
      .filter(({ score }) => score > 0),
  }
}

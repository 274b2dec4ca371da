import type { Survey } from '../../../rooms/arena/events.ts'
import type { ArenaState } from '../../../rooms/arena/state.ts'
import { element, make, say } from '../../page/element.ts'
import { fighterColour } from '../draw/palette.ts'
import { worldName } from '../place.ts'

/** Lines on the board; whoever looks is on it in any case. */
const LINES = 6

/** What of a fighter stands on the board; who is out of sight has no colour. */
interface Record {
  readonly name: string
  readonly score: number
  readonly deaths: number
  readonly colour?: number
}

/** One fighter's place, 1 for the best; none where others before it are not known. */
export interface Standing {
  readonly sessionId: string
  readonly fighter: Record
  readonly place: number | undefined
}

/** Best first: most kills, then fewest deaths. Equal ones share a place. */
export function standingsOf({ fighters }: ArenaState): Standing[] {
  return ranked([...fighters])
}

/** The same of a world that is too large to see: those who lead, as the room tells, and whoever looks. */
export function leadersOf({ leaders }: Survey, { fighters }: ArenaState, ownId: string): Standing[] {
  const standings = ranked(
    leaders.map((leader) => [leader.sessionId, fighters.get(leader.sessionId) ?? leader] as const),
  )
  const own = fighters.get(ownId)
  if (own && !standings.some(({ sessionId }) => sessionId === ownId))
    standings.push({ sessionId: ownId, fighter: own, place: undefined })
  return standings
}

function ranked(records: readonly (readonly [sessionId: string, record: Record])[]): Standing[] {
  const order = [...records].sort(
    ([, a], [, b]) => b.score - a.score || a.deaths - b.deaths || a.name.localeCompare(b.name),
  )
  let place = 0
  return order.map(([sessionId, fighter], index) => {
    const before = order[index - 1]?.[1]
    if (before?.score !== fighter.score || before.deaths !== fighter.deaths) place = index + 1
    return { sessionId, fighter, place }
  })
}

/** Who leads; a chip on a phone, a list where there is room. */
export class Scoreboard {
  readonly #root = element('#scoreboard')
  readonly #chip = element<HTMLButtonElement>('.chip', this.#root)
  readonly #list = element('ol', this.#root)
  #shown = ''

  constructor(signal: AbortSignal) {
    this.#chip.addEventListener('click', () => this.toggle(), { signal })
  }

  toggle(open = !this.#root.classList.contains('open')): void {
    this.#root.classList.toggle('open', open)
    this.#chip.setAttribute('aria-expanded', String(open))
  }

  show(standings: readonly Standing[], ownId: string): void {
    const own = standings.find(({ sessionId }) => sessionId === ownId)
    const kills = own?.fighter.score ?? 0
    say(this.#chip, own ? `${placeOf(own, standings.length)}${kills} ${kills === 1 ? 'kill' : 'kills'}` : '')
    const lines = standings.slice(0, LINES)
    if (own && !lines.includes(own)) lines[LINES - 1] = own
    const key = lines
      .map(({ sessionId, place, fighter }) => `${sessionId}${place}${fighter.score}${fighter.name}`)
      .join()
    if (key === this.#shown) return
    this.#shown = key
    this.#list.replaceChildren(...lines.map((line) => lineOf(line, line.sessionId === ownId)))
  }
}

/** In the large world only those who lead have a place; of how many, the radar says. */
function placeOf({ place }: Standing, seen: number): string {
  if (worldName === 'arena') return `#${place} of ${seen} · `
  return place === undefined ? '' : `#${place} · `
}

function lineOf({ place, fighter }: Standing, own: boolean): HTMLElement {
  const dot = make('i')
  if (fighter.colour !== undefined) dot.style.background = fighterColour(fighter.colour)
  return make(
    'li',
    own ? { class: 'own' } : {},
    make('small', { text: String(place ?? '–') }),
    dot,
    make('span', { text: fighter.name }),
    make('b', { text: String(fighter.score) }),
  )
}

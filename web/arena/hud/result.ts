import { element, make, say } from '../../page/element.ts'
import type { Standing } from './scoreboard.ts'

/** The table at the end of a round. */
export class Result {
  readonly #root = element('#result')
  #shownRound = 0

  show(
    round: number,
    standings: readonly Standing[],
    { ownId, nextIn }: { ownId: string; nextIn: number },
  ): void {
    if (this.#shownRound !== round) {
      this.#shownRound = round
      this.#build(round, standings, ownId)
    }
    this.#root.hidden = false
    say(element('footer', this.#root), `Next round in ${nextIn} s`)
  }

  hide(): void {
    this.#root.hidden = true
    this.#shownRound = 0
  }

  #build(round: number, standings: readonly Standing[], ownId: string): void {
    const rows = standings.slice(0, 8)
    const own = standings.find(({ sessionId }) => sessionId === ownId)
    if (own && !rows.includes(own)) rows[rows.length - 1] = own
    const head = make('tr', {}, ...['', 'Fighter', 'Kills', 'Deaths'].map((text) => make('th', { text })))
    const body = rows.map(({ sessionId, place, fighter }) =>
      make(
        'tr',
        sessionId === ownId ? { class: 'own' } : {},
        ...[String(place ?? '–'), fighter.name, String(fighter.score), String(fighter.deaths)].map((text) =>
          make('td', { text }),
        ),
      ),
    )
    this.#root.replaceChildren(
      make('p', { text: `Round ${round}` }),
      make('h2', { text: headline(standings, own) }),
      make('table', {}, make('thead', {}, head), make('tbody', {}, ...body)),
      make('footer'),
    )
  }
}

function headline(standings: readonly Standing[], own: Standing | undefined): string {
  const winners = standings.filter(({ place }) => place === 1)
  if (own?.place === 1) return winners.length === 1 ? 'You win!' : 'You share the win!'
  return winners.length === 1 ? `${winners[0]!.fighter.name} wins` : `${winners.length} share the win`
}

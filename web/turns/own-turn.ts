import { FairgroundError } from '../../client-sdk/index.ts'
import type { Move, MoveAnswer } from '../../rooms/turns/moves.ts'
import type { TurnsClient } from './turns-client.ts'

/** What this page's player is about to do: a card chosen, a mask put on it, a lantern lit. */
export class OwnTurn {
  readonly #room: TurnsClient
  readonly #onChange: () => void
  /** Place in the hand of the card that is chosen. */
  chosen: number | undefined
  /** The chosen card will be laid face down. */
  mask = false
  /** The next choice is a mask to look behind. */
  lantern = false
  /** A move is under way. */
  busy = false
  /** Why the last move was refused. */
  problem = ''

  constructor(room: TurnsClient, onChange: () => void) {
    this.#room = room
    this.#onChange = onChange
  }

  choose(place: number): void {
    this.#set({ chosen: this.chosen === place ? undefined : place, lantern: false })
  }

  toggleMask(): void {
    this.#set({ mask: !this.mask, lantern: false })
  }

  toggleLantern(): void {
    this.#set({ lantern: !this.lantern, chosen: undefined })
  }

  cancel(): void {
    this.#set({ chosen: undefined, mask: false, lantern: false })
  }

  lay(tent: number, card: number): Promise<void> {
    const { turnNumber: turn } = this.#room.state
    return this.#make({ kind: 'lay', turn, card, tent, masked: this.mask })
  }

  peek(tent: number, place: number): Promise<void> {
    return this.#make({ kind: 'peek', turn: this.#room.state.turnNumber, tent, place })
  }

  async #make(move: Move): Promise<void> {
    if (this.busy) return
    this.busy = true
    const answer = await this.#ask(move)
    this.busy = false
    if (answer.accepted) this.cancel()
    else this.#set({ problem: answer.message })
  }

  async #ask(move: Move): Promise<{ accepted: true } | { accepted: false; message: string }> {
    try {
      return (await this.#room.request('move', move)) satisfies MoveAnswer
    } catch (error) {
      if (error instanceof FairgroundError) return { accepted: false, message: error.message }
      throw error
    }
  }

  #set(change: Partial<Pick<OwnTurn, 'chosen' | 'mask' | 'lantern' | 'problem'>>): void {
    Object.assign(this, { problem: '' }, change)
    this.#onChange()
  }
}

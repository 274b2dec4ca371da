import type { Room } from '../../client-sdk/index.ts'
import type { TallyRoom } from './tally-room.ts'

/** Time between two messages of an honest player, in milliseconds. */
const SAY_MS = 50

/** Plays by the rules, and counts every step it sees and every answer it hears: none may be missing. */
export class CountingPlayer {
  readonly room: Room<TallyRoom>
  /** What an honest player should never notice. */
  readonly troubles: string[] = []
  step: number
  said = 0
  heard = 0
  #timer: NodeJS.Timeout | undefined

  constructor(room: Room<TallyRoom>) {
    this.room = room
    this.step = room.state.step
    room.onError(({ code, message }) => this.troubles.push(`told ${code}: ${message}`))
    room.onStatus((status, error) => this.troubles.push(`${status} ${error?.code ?? ''}`))
    room.onPatch(({ step }) => {
      if (step !== this.step + 1) this.troubles.push(`step ${step} after ${this.step}`)
      this.step = step
    })
    room.on('said', (n) => {
      if (n !== this.heard) this.troubles.push(`heard ${n} in place of ${this.heard}`)
      this.heard++
    })
    this.play()
  }

  play(): void {
    this.#timer = setInterval(() => {
      if (this.room.status === 'open') this.room.send('say', this.said++)
    }, SAY_MS)
  }

  /** Says nothing more. */
  rest(): void {
    clearInterval(this.#timer)
  }
}

import type { Room } from '../../client-sdk/index.ts'
import type { FieldRoom } from './field-room.ts'

/** Time between two messages of an honest player, in milliseconds. */
const SAY_MS = 50

/** Plays by the rules beside the attackers, and notes whatever it should never notice. */
export class HonestPlayer {
  readonly room: Room<FieldRoom>
  readonly troubles: string[] = []
  said = 0
  heard = 0
  readonly #timer: NodeJS.Timeout

  constructor(room: Room<FieldRoom>) {
    this.room = room
    room.onError(({ code, message }) => this.troubles.push(`told ${code}: ${message}`))
    room.onStatus((status, error) => this.troubles.push(`${status} ${error?.code ?? ''}`))
    room.on('said', (text) => {
      if (text !== String(this.heard)) this.troubles.push(`heard ${text} in place of ${this.heard}`)
      this.heard++
    })
    const input = room.input()
    this.#timer = setInterval(() => {
      if (room.status !== 'open') return
      room.send('say', String(this.said++))
      input.data.x = 0.25
      input.send()
    }, SAY_MS)
  }

  /** Plays no more. */
  rest(): void {
    clearInterval(this.#timer)
  }

  /** What is wrong with its state, beside the server's. */
  differences(server: object | undefined): string[] {
    const [here, there] = [JSON.stringify(this.room.state.toJSON()), JSON.stringify(server)]
    return here === there ? [] : [`state ${here.slice(0, 400)} in place of ${there?.slice(0, 400)}`]
  }
}

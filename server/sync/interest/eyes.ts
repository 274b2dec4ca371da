import type { Client } from '@colyseus/core'
import { type Eye, moveEye } from './area-viewer.ts'
import type { InterestArea } from './interest-area.ts'

/** Where the clients of a room look from, by session: it outlives their entities and their connections. */
export class Eyes {
  readonly #eyes = new Map<string, Eye>()

  /** Each area looks from where it knows its client to be; one that does not, from where the first other does. */
  aim(areas: readonly InterestArea[], client: Client): void {
    const { sessionId } = client
    let eye = this.#eyes.get(sessionId)
    if (!eye) {
      eye = { placed: false, x: 0, y: 0, z: 0 }
      this.#eyes.set(sessionId, eye)
    }
    let lost: InterestArea[] | undefined
    let known: Eye | undefined
    for (const area of areas) {
      const found = area.aim(client)
      if (found) known ??= found
      else {
        lost ??= []
        lost.push(area)
      }
    }
    if (known) moveEye(eye, known)
    if (eye.placed && lost) for (const area of lost) moveEye(area.viewer(client).eye, eye)
  }

  leave(sessionId: string): void {
    this.#eyes.delete(sessionId)
  }
}

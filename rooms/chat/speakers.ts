import { isRested, newSpeaker, type Speaker } from './simulation.ts'

/** What the rules of speaking remember, by person: no longer than it matters. */
export class Speakers {
  readonly #speakers = new Map<string, Speaker>()

  of(id: string): Speaker {
    const known = this.#speakers.get(id)
    if (known) return known
    const speaker = newSpeaker(Date.now())
    this.#speakers.set(id, speaker)
    return speaker
  }

  mute(id: string, untilMs: number): void {
    this.of(id).mutedUntilMs = untilMs
  }

  /** How long that person may not speak, in milliseconds; 0 for one who may. */
  mutedForMs(id: string): number {
    return Math.max(0, (this.#speakers.get(id)?.mutedUntilMs ?? 0) - Date.now())
  }

  /** Forgets everybody who has nothing to wait for. */
  tidy(slowModeMs: number): void {
    const nowMs = Date.now()
    for (const [id, speaker] of this.#speakers) {
      if (isRested(speaker, { slowModeMs, nowMs })) this.#speakers.delete(id)
    }
  }
}

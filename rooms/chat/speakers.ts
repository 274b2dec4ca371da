import { isRested, newSpeaker, type Speaker } from './simulation.ts'

/** What the rules of speaking remember, by person: no longer than it matters, by a clock that never jumps. */
export class Speakers {
  readonly #speakers = new Map<string, Speaker>()

  of(id: string): Speaker {
    const known = this.#speakers.get(id)
    if (known) return known
    const speaker = newSpeaker(performance.now())
    this.#speakers.set(id, speaker)
    return speaker
  }

  /** @param forMs 0 lets that person speak again */
  mute(id: string, forMs: number): void {
    this.of(id).mutedUntilMs = performance.now() + forMs
  }

  /** How long that person may not speak, in milliseconds; 0 for one who may. */
  mutedForMs(id: string): number {
    return Math.max(0, Math.ceil((this.#speakers.get(id)?.mutedUntilMs ?? 0) - performance.now()))
  }

  /** Forgets everybody who has nothing to wait for. */
  tidy(slowModeMs: number): void {
    const nowMs = performance.now()
    for (const [id, speaker] of this.#speakers) {
      if (isRested(speaker, { slowModeMs, nowMs })) this.#speakers.delete(id)
    }
  }
}

/**
 * Who may speak, and who types: rules that take the time as an argument, and nothing from anywhere else. It comes from a
 * clock that never jumps.
 */
import type { Refusal, Typing } from './messages.ts'
import { FLOOD_BURST, FLOOD_PER_SECOND, TYPING_MS, TYPING_NAMES } from './tuning.ts'

/** What the rules remember of one person. */
export interface Speaker {
  /** Messages that may still follow at once, as of `atMs`. */
  allowance: number
  atMs: number
  mutedUntilMs: number
  /** When this person last spoke, by channel. */
  readonly spokeMs: Map<string, number>
}

export function newSpeaker(nowMs: number): Speaker {
  return { allowance: FLOOD_BURST, atMs: nowMs, mutedUntilMs: 0, spokeMs: new Map() }
}

/** Where and when somebody wants to speak. `slowModeMs` is 0 for a channel without, and for a moderator. */
export interface Attempt {
  readonly channel: string
  readonly slowModeMs: number
  readonly nowMs: number
}

/** Why this person may not speak now, and for how long; undefined where it may. Changes nothing. */
export function refusalOf(speaker: Speaker, { channel, slowModeMs, nowMs }: Attempt): Refusal | undefined {
  const mutedMs = speaker.mutedUntilMs - nowMs
  if (mutedMs > 0) return { ok: false, reason: 'muted', waitMs: Math.ceil(mutedMs) }
  const slowMs = (speaker.spokeMs.get(channel) ?? Number.NEGATIVE_INFINITY) + slowModeMs - nowMs
  if (slowModeMs > 0 && slowMs > 0) return { ok: false, reason: 'slow', waitMs: Math.ceil(slowMs) }
  const missing = 1 - allowanceAt(speaker, nowMs)
  if (missing <= 0) return undefined
  return { ok: false, reason: 'flood', waitMs: Math.ceil((missing / FLOOD_PER_SECOND) * 1000) }
}

/** Notes that this person speaks. @returns what undoes it, where the message was none after all */
export function speak(speaker: Speaker, { channel, nowMs }: Attempt): () => void {
  const before = speaker.spokeMs.get(channel)
  speaker.allowance = allowanceAt(speaker, nowMs) - 1
  speaker.atMs = nowMs
  speaker.spokeMs.set(channel, nowMs)
  return () => {
    speaker.allowance = Math.min(FLOOD_BURST, speaker.allowance + 1)
    if (speaker.spokeMs.get(channel) !== nowMs) return
    if (before === undefined) speaker.spokeMs.delete(channel)
    else speaker.spokeMs.set(channel, before)
  }
}

/** Whether forgetting this person would change nothing that it may do. */
export function isRested(
  speaker: Speaker,
  { slowModeMs, nowMs }: { slowModeMs: number; nowMs: number },
): boolean {
  if (speaker.mutedUntilMs > nowMs || allowanceAt(speaker, nowMs) < FLOOD_BURST) return false
  return [...speaker.spokeMs.values()].every((spokeMs) => spokeMs + slowModeMs <= nowMs)
}

function allowanceAt({ allowance, atMs }: Speaker, nowMs: number): number {
  const elapsedSeconds = (nowMs - atMs) / 1000
  return Math.min(FLOOD_BURST, allowance + elapsedSeconds * FLOOD_PER_SECOND)
}

/** Who types where. */
export class Typists {
  readonly #untilMs = new Map<string, Map<string, { name: string; untilMs: number }>>()
  readonly #changed = new Set<string>()

  type(channel: string, { id, name }: { id: string; name: string }, nowMs: number): void {
    const typists = this.#untilMs.get(channel) ?? new Map()
    this.#untilMs.set(channel, typists)
    if (!typists.has(id)) this.#changed.add(channel)
    typists.set(id, { name, untilMs: nowMs + TYPING_MS })
  }

  /** That person said it, or went away. Without a channel: everywhere. */
  stop(id: string, channel?: string): void {
    for (const [where, typists] of this.#untilMs) {
      if ((channel === undefined || channel === where) && typists.delete(id)) this.#changed.add(where)
    }
  }

  /** What changed since the last call: a thousand people are told of typing as often as this is called, not more. */
  takeChanges(nowMs: number): Typing[] {
    for (const [channel, typists] of this.#untilMs) {
      for (const [id, { untilMs }] of typists) {
        if (untilMs <= nowMs && typists.delete(id)) this.#changed.add(channel)
      }
    }
    const changed = [...this.#changed].map((channel) => {
      const typists = [...(this.#untilMs.get(channel) ?? [])]
      const people = typists.slice(0, TYPING_NAMES).map(([id, { name }]) => ({ id, name }))
      return { channel, people, count: typists.length }
    })
    this.#changed.clear()
    return changed
  }
}

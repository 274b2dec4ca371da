import { networkOf } from '../guard/network.ts'

/** Senders remembered at most; beyond it the one that was heard of longest ago is forgotten. */
const MAX_ENTRIES = 10_000

/** Limits by which kicks turn into bans. */
export interface BanLimits {
  readonly kicksToBan: number
  readonly kickMemoryMs: number
  readonly banMs: number
}

/** Who is at the other end, as far as it is known. */
export interface Sender {
  /** Undefined where nobody trusted named it, or where it stands for everybody behind a proxy. */
  readonly address?: string | undefined
  readonly identity?: string | undefined
}

interface Entry {
  kicks: number
  lastMs: number
  untilMs: number
}

/** Who was sent away of late, and who is therefore not let in. Time is an argument, in milliseconds. */
export class Bans {
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return this.#entries.size
  }

  /** Notes that a session was ended by the server; answers whether that means a ban. */
  note(sender: Sender, nowMs: number, limits: BanLimits): boolean {
    let banned = false
    for (const key of keysOf(sender)) {
      const known = this.#entries.get(key)
      const remembered = known !== undefined && nowMs - known.lastMs < limits.kickMemoryMs
      const entry = remembered ? known : { kicks: 0, lastMs: 0, untilMs: 0 }
      entry.kicks++
      entry.lastMs = nowMs
      if (entry.kicks >= limits.kicksToBan) {
        entry.untilMs = nowMs + limits.banMs
        banned = true
      }
      this.#remember(key, entry)
    }
    return banned
  }

  /** Milliseconds for which this sender is still not let in; 0 for everybody else. */
  leftMs(sender: Sender, nowMs: number): number {
    if (this.#entries.size === 0) return 0
    let left = 0
    for (const key of keysOf(sender)) left = Math.max(left, (this.#entries.get(key)?.untilMs ?? 0) - nowMs)
    return left
  }

  #remember(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size <= MAX_ENTRIES) return
    const [oldest] = this.#entries.keys()
    this.#entries.delete(oldest!)
  }
}

function keysOf({ address, identity }: Sender): string[] {
  const keys: string[] = []
  if (address !== undefined) keys.push(`address ${networkOf(address)}`)
  if (identity !== undefined) keys.push(`identity ${identity}`)
  return keys
}

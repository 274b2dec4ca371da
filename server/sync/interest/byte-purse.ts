/** Patches whose bytes may be saved up for one that needs more. */
const SAVED_PATCHES = 2
/** Part of a patch's bytes that is the areas', however much everybody gets besides. */
const LEAST_PART = 0.25

/** Bytes that a client with a limit may be sent of all interest areas together. */
export class BytePurse {
  #worthBytes = 0
  #bytes = 0

  /** Adds what a patch is worth. */
  fill(worthBytes: number): void {
    this.#worthBytes = worthBytes
    this.#bytes = Math.min(this.#bytes + worthBytes, worthBytes * SAVED_PATCHES)
  }

  /** Takes what everybody gets; it is never held back, so it must not leave the areas without anything. */
  share(sharedBytes: number): void {
    this.#bytes -= Math.min(sharedBytes, this.#worthBytes * (1 - LEAST_PART))
  }

  /** What may go out now; below 0 what went out ahead. */
  get leftBytes(): number {
    return this.#bytes
  }

  spend(bytes: number): void {
    this.#bytes -= bytes
  }
}

/** The purses of a room's clients. */
export class BytePurses {
  readonly #purses = new WeakMap<object, BytePurse>()

  /** A client's purse with those of so many seconds added; undefined for a client without a limit. */
  fill(client: object, bytesPerSecond: number, seconds: number): BytePurse | undefined {
    if (!(bytesPerSecond >= 0 && bytesPerSecond < Number.POSITIVE_INFINITY)) return undefined
    const purse = this.#purses.get(client) ?? new BytePurse()
    this.#purses.set(client, purse)
    purse.fill(bytesPerSecond * seconds)
    return purse
  }
}

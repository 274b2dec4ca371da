/** How many of something each sender has at the moment. Senders without any take no memory. */
export class Tally {
  readonly #counts = new Map<string, number>()

  of(sender: string): number {
    return this.#counts.get(sender) ?? 0
  }

  /** Counts `amount` more; answers with what takes it back, which may be called more than once. */
  add(sender: string, amount = 1): () => void {
    this.#counts.set(sender, this.of(sender) + amount)
    let held = true
    return () => {
      if (!held) return
      held = false
      const left = this.of(sender) - amount
      if (left > 0) this.#counts.set(sender, left)
      else this.#counts.delete(sender)
    }
  }
}

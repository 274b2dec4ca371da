/** A list of callbacks. One that throws does not keep the others from being called. */
export class Signal<Args extends unknown[]> {
  readonly #callbacks = new Set<(...args: Args) => void>()

  /** Adds a callback; answers with what removes it. */
  add(callback: (...args: Args) => void): () => void {
    this.#callbacks.add(callback)
    return () => void this.#callbacks.delete(callback)
  }

  get size(): number {
    return this.#callbacks.size
  }

  emit(...args: Args): void {
    for (const callback of [...this.#callbacks]) {
      try {
        callback(...args)
      } catch (error) {
        // Shown as any uncaught error is, without taking the connection down with it.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

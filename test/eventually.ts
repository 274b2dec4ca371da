import { vi } from 'vitest'

/** Waits until an assertion holds; its failure is the test's when it never does. For what no event announces. */
export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 10 })
}

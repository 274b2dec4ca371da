/** A source of randomness: each call gives the next number in [0, 1). Chance is an argument, so a seed replays a failure. */
export type Random = () => number

/**
 * A seeded generator: the same seed gives the same sequence on every machine.
 *
 * @param seed any integer; its lowest 32 bits count
 * @returns numbers in [0, 1) with 32 bits of resolution. Not for secrets.
 * @see mulberry32 by Tommy Ettinger (public domain)
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * The candidate nearest to what somebody typed, for "did you mean …?".
 *
 * Optimal string alignment distance (a swap of neighbours counts as one slip).
 *
 * @param typed what was typed
 * @param candidates what exists
 * @returns the nearest candidate within a third of its length in slips (at least one), or undefined
 */
export function nearestName(typed: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestSlips = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const slips = slipsBetween(typed.slice(0, 64).toLowerCase(), candidate.toLowerCase())
    if (
      slips < bestSlips &&
      slips < candidate.length &&
      slips <= Math.max(1, Math.floor(candidate.length / 3))
    ) {
      best = candidate
      bestSlips = slips
    }
  }
  return best
}

function slipsBetween(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let slips = Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, beforePrevious[j - 2]! + 1)
      }
      row.push(slips)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length]!
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

/** One row of a benchmark's table: what was measured, the figure, and what it is held against. */
export interface Figure {
  what: string
  value: number
  unit: string
  /** What the figure should not exceed, where there is such a mark. */
  limit?: number
  /** What the figure should reach, where there is such a mark. */
  atLeast?: number
}

export interface Report {
  name: string
  question: string
  figures: Figure[]
  /** How it was measured, in a sentence. */
  method: string
  /** What else is kept in the result file. */
  details?: object
}

/** Prints a benchmark's table with the machine it ran on, and keeps it in bench/results when `--save` is given, or as `keep` says. */
export function publish(report: Report, keep = process.argv.includes('--save')): void {
  const { name, question, figures, method, details } = report
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  const { commit, date } = thisRun()
  const width = Math.max(...figures.map(({ what }) => what.length)) + 2
  console.log(`\n${question}\n${method}\n${machine}, commit ${commit}\n`)
  for (const figure of figures) {
    const { what, value, unit } = figure
    console.log(`  ${what.padEnd(width)}${spelled(value).padStart(9)} ${unit.padEnd(3)}${mark(figure)}`)
  }
  console.log('')
  if (!keep) return
  const folder = join(import.meta.dirname, '../results')
  mkdirSync(folder, { recursive: true })
  const record = {
    name,
    question,
    method,
    machine,
    commit,
    date,
    figures,
    ...details,
  }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`)
}

/** What a figure was measured of, and when. */
export function thisRun(): { commit: string; date: string } {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  return { commit, date: new Date().toISOString().slice(0, 10) }
}

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function mark({ value, unit, limit, atLeast }: Figure): string {
  if (limit !== undefined) return `   ${value <= limit ? '≤' : 'ABOVE'} ${limit} ${unit}`
  if (atLeast !== undefined) return `   ${value >= atLeast ? '≥' : 'BELOW'} ${atLeast} ${unit}`
  return ''
}

/** A figure with the three digits that count. */
export function spelled(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

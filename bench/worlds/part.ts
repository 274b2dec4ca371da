/** What the parts of the big benchmark share: what they are given, and what they answer. */
import type { Figure } from '../parts/report.ts'
import type { Side } from './server-process.ts'

export interface BenchContext {
  /** For what servers keep. */
  readonly folder: string
  /** Files of the certificate that all servers serve. */
  readonly cert: string
  readonly key: string
  /** Whether to prove that it works rather than to measure. */
  readonly quick: boolean
  /** What to leave out, for a look at one thing: numbers of players, and servers. Undefined for all there are. */
  readonly sizes?: readonly number[] | undefined
  readonly sides?: readonly Side[] | undefined
  /** Where to leave CPU profiles of the servers. */
  readonly profileFolder?: string | undefined
  /** Says what is being done now. */
  progress(text: string): void
}

/** What a part found. */
export interface Section {
  readonly letter: string
  readonly title: string
  /** How it was measured, in a sentence or two. */
  readonly method: string
  /** Held against the marks. */
  readonly figures: Figure[]
  /** Every single run, for the result file. */
  readonly runs: object[]
  /** What went wrong, so that the figures cannot be trusted. */
  readonly faults: string[]
}

export interface Part {
  readonly letter: string
  readonly title: string
  run(context: BenchContext): Promise<Section>
}

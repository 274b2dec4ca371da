import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { FairgroundError } from '../../../shared/errors.ts'
import { readIfThere, replaceFile } from '../files.ts'
import type { AcmeOptions } from './acme-options.ts'
import { parseJson } from './acme-problem.ts'

/** An attempt to get a certificate that failed, as it is kept beside the certificate. */
export interface FailedAttempt {
  /** In a row. */
  readonly failures: number
  /** Milliseconds since 1970. */
  readonly failedMs: number
  readonly nextTryMs: number
  readonly names: readonly string[]
  /** Tells what was asked for from anything else. */
  readonly question: string
  readonly message: string
}

/**
 * The last failed attempt, on disk: a process that is started over and over, and all that share the folder, wait
 * together as one would. Asking for something else, after a mistake in the options, need not wait.
 */
export class Attempts {
  readonly #path: string
  readonly #names: readonly string[]
  readonly #question: string
  /** For a disk that cannot be written, and for failures that no authority has noticed. */
  #own: FailedAttempt | undefined

  constructor(path: string, options: AcmeOptions) {
    this.#path = path
    this.#names = options.names
    this.#question = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16)
  }

  /** The attempt that must be waited for. @param nowMs milliseconds since 1970 */
  waiting(nowMs: number): FailedAttempt | undefined {
    const last = this.#last(nowMs)
    return last && nowMs < last.nextTryMs ? last : undefined
  }

  /** @throws FairgroundError ACME_WAITING while it is too early for another one */
  check(nowMs: number): void {
    const last = this.waiting(nowMs)
    if (!last) return
    const [failed, next] = [last.failedMs, last.nextTryMs].map((ms) => new Date(ms).toISOString())
    throw new FairgroundError('ACME_WAITING', {
      message: `Asking for a certificate failed at ${failed}: ${last.message} The next attempt may begin at ${next}.`,
    })
  }

  /** How many have failed in a row. */
  failures(nowMs: number): number {
    return this.#last(nowMs)?.failures ?? 0
  }

  /** @param keep whether other processes and later starts must wait as well */
  failed(attempt: Omit<FailedAttempt, 'question' | 'names'>, { keep }: { keep: boolean }): void {
    this.#own = { ...attempt, names: this.#names, question: this.#question }
    if (!keep) return
    try {
      replaceFile(this.#path, `${JSON.stringify(this.#own, undefined, 2)}\n`, 0o600)
    } catch {
      // A full disk is told by the error that led here.
    }
  }

  succeeded(): void {
    this.#own = undefined
    try {
      rmSync(this.#path, { force: true })
    } catch {
      // It only makes the next failure look older.
    }
  }

  #last(nowMs: number): FailedAttempt | undefined {
    const kept = readFailure(this.#path)
    const last = [kept, this.#own]
      .filter((one) => one?.question === this.#question)
      .sort((a, b) => b!.failedMs - a!.failedMs)[0]
    // One from the future was noted by a clock that was wrong.
    return last && last.failedMs <= nowMs ? last : undefined
  }
}

/** The failed attempt in a file, if there is one. */
export function readFailure(path: string): FailedAttempt | undefined {
  try {
    const found = parseJson(readIfThere(path) ?? '') as Partial<FailedAttempt> | undefined
    const numbers = [found?.failures, found?.failedMs, found?.nextTryMs]
    return numbers.every(Number.isFinite) && Array.isArray(found?.names)
      ? (found as FailedAttempt)
      : undefined
  } catch {
    return undefined
  }
}

import { styleText } from 'node:util'
import { NOT_CHECKED } from './examination.ts'
import { CHECKS, type CheckName, type Finding, type Verdict } from './finding.ts'

const MARKS = {
  good: styleText('green', '✓'),
  warning: styleText('yellow', '!'),
  failure: styleText('red', '✗'),
  unchecked: styleText('dim', '–'),
} as const satisfies Record<Verdict, string>

const NAME_COLUMNS = Math.max(...CHECKS.map((name) => name.length)) + 2
const MARGIN = '  '
/** Column of the text: margin, mark and a space, name. */
const TEXT_COLUMN = MARGIN.length + 2 + NAME_COLUMNS
const MAX_COLUMNS = 110
const CLEAR_LINE = '\r\u001B[2K'

/** The terminal of `fairground doctor`: a line for each finding, and below it what to do. */
export class DoctorScreen {
  readonly #live = process.stdout.isTTY === true
  readonly #columns = Math.min(process.stdout.columns || MAX_COLUMNS, MAX_COLUMNS)
  readonly #left: CheckName[] = []

  begin(address: string): void {
    console.log(`\n${MARGIN}${styleText('bold', 'fairground doctor')} ${styleText('cyan', address)}\n`)
  }

  /** Shows what is being looked at, where a line can be taken back. */
  starting(check: CheckName): void {
    if (!this.#live) return
    process.stdout.write(`${CLEAR_LINE}${MARGIN}${styleText('dim', `… ${check}`)}`)
  }

  show({ check, verdict, found, fix }: Finding): void {
    if (found === NOT_CHECKED) {
      this.#left.push(check)
      return
    }
    this.#line(MARKS[verdict], check, verdict === 'unchecked' ? `not checked: ${found}` : found)
    if (fix !== undefined) this.#fix(fix)
  }

  end(findings: readonly Finding[]): void {
    if (this.#left.length > 0)
      this.#line(MARKS.unchecked, 'The rest', `not checked: ${this.#left.join(', ')}`)
    if (this.#live) process.stdout.write(CLEAR_LINE)
    console.log(`\n${MARGIN}${summary(findings)}\n`)
  }

  #line(mark: string, name: string, text: string): void {
    if (this.#live) process.stdout.write(CLEAR_LINE)
    const [first, ...rest] = wrap(text, this.#columns - TEXT_COLUMN)
    console.log(`${MARGIN}${mark} ${name.padEnd(NAME_COLUMNS)}${first}`)
    for (const line of rest) console.log(`${' '.repeat(TEXT_COLUMN)}${line}`)
  }

  #fix(text: string): void {
    const lines = wrap(text, this.#columns - TEXT_COLUMN - 2)
    for (const [index, line] of lines.entries()) {
      console.log(
        `${' '.repeat(TEXT_COLUMN)}${index === 0 ? styleText('cyan', '→') : ' '} ${styleText('cyan', line)}`,
      )
    }
  }
}

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Verdict): number => findings.filter((one) => one.verdict === verdict).length
  const [failures, warnings] = [count('failure'), count('warning')]
  const parts = [plural(failures, 'failure'), plural(warnings, 'warning'), `${count('good')} good`]
  if (count('unchecked') > 0) parts.push(`${count('unchecked')} not checked`)
  const counts = parts.filter((part) => !part.startsWith('0 ')).join(', ')
  if (failures > 0) return `${styleText(['bold', 'red'], 'Players cannot play, or not safely')}: ${counts}`
  if (warnings > 0) return `${styleText(['bold', 'yellow'], 'Playable, with something to mend')}: ${counts}`
  return `${styleText(['bold', 'green'], 'All well')}: ${counts}`
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

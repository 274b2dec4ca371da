import type { Run } from './run.ts'
import { NAMES, SIDES } from './sides.ts'

const BEGIN = '<!-- the table of `npm run bench -- worlds --save` -->'
const END = '<!-- its end -->'

/** The table of one world with interest areas, spread evenly, for people who read: a row for each number of players. */
export function tableOf(runs: readonly Run[]): string {
  const even = runs.filter(({ spread }) => spread === 'even')
  const counts = [...new Set(even.map(({ players }) => players))].sort((a, b) => a - b)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['Players', ...SIDES.map((side) => NAMES[side])]),
    row(['---', ...SIDES.map(() => '---')]),
    ...counts.map((players) =>
      row([
        players.toLocaleString('en'),
        ...SIDES.map((side) => cell(even.find((run) => run.players === players && run.side === side))),
      ]),
    ),
  ].join('\n')
}

/** Puts it in the place of the one that stands in a text. */
export function withTable(text: string, table: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`Nowhere to put the table: ${BEGIN} … ${END}`)
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`
}

function cell(run: Run | undefined): string {
  if (!run) return ''
  const { cpu, patchesPerSecond, gapP99Ms } = run
  return `${(cpu * 100).toFixed(0)} %, ${patchesPerSecond.toFixed(1)}/s, ${gapP99Ms.toFixed(0)} ms`
}

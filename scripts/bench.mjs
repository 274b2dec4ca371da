// `npm run bench` lists the benchmarks; `npm run bench -- <name> …` runs one, `npm run bench -- all` every one in turn.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const BENCH = join(import.meta.dirname, '../bench')
const names = globSync('*.ts', { cwd: BENCH })
  .map((file) => basename(file, '.ts'))
  .sort()
const [wanted, ...options] = process.argv.slice(2)

if (wanted !== 'all' && !names.includes(wanted ?? '')) {
  if (wanted) console.error(`There is no benchmark "${wanted}".`)
  console.log(`Benchmarks: ${names.join(', ') || 'none yet'}\nRun one: npm run bench -- <name>`)
  process.exitCode = wanted ? 1 : 0
} else {
  for (const name of wanted === 'all' ? names : [wanted]) {
    const { status } = spawnSync(process.execPath, [join(BENCH, `${name}.ts`), ...options], {
      stdio: 'inherit',
    })
    if (status !== 0) process.exitCode = 1
  }
}

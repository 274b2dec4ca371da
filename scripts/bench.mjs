// `npm run bench` runs the big benchmark, `npm run bench -- <name> …` another one, `npm run bench -- all` every one in turn.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const BENCH = join(import.meta.dirname, '../bench')
const BIG = 'worlds'
const names = globSync('*.ts', { cwd: BENCH })
  .map((file) => basename(file, '.ts'))
  .sort()
const given = process.argv.slice(2)
const named = given[0] !== undefined && !given[0].startsWith('-')
const wanted = named ? given[0] : BIG
const options = named ? given.slice(1) : given

if (wanted !== 'all' && !names.includes(wanted)) {
  console.error(`There is no benchmark "${wanted}".`)
  console.log(`Benchmarks: ${names.join(', ')}\nRun one: npm run bench -- <name>`)
  process.exitCode = 1
} else {
  for (const name of wanted === 'all' ? names : [wanted]) {
    const { status } = spawnSync(process.execPath, [join(BENCH, `${name}.ts`), ...options], {
      stdio: 'inherit',
    })
    if (status !== 0) process.exitCode = 1
  }
}

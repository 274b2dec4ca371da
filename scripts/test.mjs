// The whole test command (`npm test`). Options: --quick (only what is fast), --long (only the longest proofs),
// --require-all (a missing program is a failure, as it is with CI=true); everything else goes to vitest, e.g.
// `npm test -- test/tls`.
// Its last line is `N passed, N failed`, with `, N skipped` where some were.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NESTED, PROGRAMS } from '../test/needs.ts'
import { installCommand, installMissing, missingPrograms } from './programs.mjs'

const ROOT = join(import.meta.dirname, '..')
const OWN_OPTIONS = ['--quick', '--long', '--require-all']

async function main(args) {
  const quick = args.includes('--quick')
  const requireAll = args.includes('--require-all') || ['true', '1'].includes(process.env.CI ?? '')
  const selection = args.filter((arg) => !OWN_OPTIONS.includes(arg))
  if (quick) selection.push('--project', 'quick')
  if (args.includes('--long')) {
    process.env.FAIRGROUND_LONG = '1'
    selection.push('--project', 'long')
  }
  if (NESTED) selection.push('test/architecture.test.ts')

  const lacking = quick || NESTED ? missingPrograms() : installMissing()
  const { exitCode, counts } = await runVitest(selection, lacking)
  if (lacking.length > 0) {
    console.log(missingNotice(lacking))
    if (requireAll) counts.failed += lacking.length
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`)
  return counts.failed > 0 ? 1 : exitCode
}

async function runVitest(selection, lacking) {
  const folder = mkdtempSync(join(tmpdir(), 'fairground-test-'))
  const resultFile = join(folder, 'results.json')
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...selection], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, FAIRGROUND_MISSING: lacking.join(',') },
  })
  // Ctrl+C reaches vitest as well; it ends its workers and then we still print what is known.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
  const counts = countsIn(resultFile)
  rmSync(folder, { recursive: true, force: true })
  if (exitCode !== 0 && counts.failed === 0) {
    console.log(`\nvitest ended with code ${exitCode} though no test failed; its message is above.`)
    counts.failed = 1
  }
  return { exitCode, counts }
}

/** A file that could not even be loaded has no tests to count and is one failure. */
function countsIn(resultFile) {
  if (!existsSync(resultFile)) return { passed: 0, failed: 0, skipped: 0 }
  const result = JSON.parse(readFileSync(resultFile, 'utf8'))
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken.length,
    skipped: result.numPendingTests + result.numTodoTests,
  }
}

function missingNotice(names) {
  const lines = names.map((name) => `  ${name.padEnd(12)} not run: ${PROGRAMS[name].usedBy}`)
  return [
    '\nSome tests did not run, because a program is missing:',
    ...lines,
    'This provides it on Debian and Ubuntu:',
    `  ${installCommand(names)}`,
  ].join('\n')
}

process.exitCode = await main(process.argv.slice(2))

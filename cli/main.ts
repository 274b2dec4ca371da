import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nearestName } from '../shared/nearest-name.ts'
import { COMMANDS, type Command, helpFor, overview, version } from './help.ts'
import { printError } from './print-error.ts'
import { UsageError } from './usage-error.ts'

/** Exit codes: 0 done, 1 something failed, 2 the command was not understood. */
const FAILED = 1
const MISUSED = 2

/**
 * Runs one command of `fairground`.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function main(argv: string[]): Promise<number> {
  const [verb, ...rest] = argv
  if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
    console.log(overview())
    return verb === undefined ? MISUSED : 0
  }
  if (verb === '--version' || verb === '-v') {
    console.log(version())
    return 0
  }
  const command = COMMANDS[verb]
  if (!command) {
    const nearest = nearestName(verb, Object.keys(COMMANDS))
    console.error(`There is no command "${verb}".${nearest ? ` Did you mean "${nearest}"?` : ''}\n`)
    console.error(overview())
    return MISUSED
  }
  return runCommand(verb, command, rest)
}

async function runCommand(name: string, command: Command, args: string[]): Promise<number> {
  const [action = '', ...rest] = args
  const { actions = {} } = command
  if (Object.hasOwn(actions, action)) return runCommand(`${name} ${action}`, actions[action]!, rest)
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpFor(name, command))
    return 0
  }
  try {
    const { run } = await command.load()
    return await run(args)
  } catch (error) {
    printError(error)
    if (!(error instanceof UsageError)) return FAILED
    console.error(`\n${helpFor(name, command)}`)
    return MISUSED
  }
}

const started = process.argv[1]
if (started && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2))
}

import { readArguments, wholeNumber } from '../arguments.ts'
import { DevSession } from '../dev/session.ts'
import { findServerFile } from '../server-file.ts'

const DEFAULT_BOTS = 6

/** `fairground dev`: a server that restarts when its files change, with bots, until Ctrl-C. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    port: { type: 'string' },
    host: { type: 'string' },
    bots: { type: 'string' },
    watch: { type: 'boolean', default: true },
  })
  const session = new DevSession({
    file: findServerFile(positionals[0]),
    port: wholeNumber('port', values.port, 65_535),
    host: values.host,
    bots: wholeNumber('bots', values.bots, 64) ?? DEFAULT_BOTS,
    watch: values.watch,
  })
  return session.ended
}

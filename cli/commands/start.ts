import { readArguments } from '../arguments.ts'
import { REACH_OPTIONS, readReach } from '../reach-options.ts'
import { findServerFile, loadServer } from '../server-file.ts'
import { readTls, TLS_OPTIONS } from '../tls-options.ts'

/** `fairground start`: one server in this process until a signal ends it. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...REACH_OPTIONS,
    ...TLS_OPTIONS,
  })
  const options = { ...readReach(values), ...readTls(values) }
  // Before the server file is imported: it and what it imports may look at it.
  process.env['NODE_ENV'] ??= 'production'
  const server = await loadServer(findServerFile(positionals[0]))
  try {
    const address = await server.listen(options)
    server.log.info({ url: address.url }, 'listening')
  } catch (error) {
    await server.close()
    throw error
  }
  await new Promise(() => {}) // a signal ends the process
  return 0
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { userDataFolder } from '../../server/tls/data-folder.ts'
import { readArguments, wholeNumber } from '../arguments.ts'
import { Child } from '../dev/child.ts'
import { UsageError } from '../usage-error.ts'

const DEFAULT_COUNT = 16
/** Where a project keeps what fills its rooms. */
const CROWDS = ['bots/crowd.ts', 'bots/crowd.js']

/** `fairground bots`: fills a room of a running server with the project's own bots, until Ctrl-C. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(
    args,
    {
      ca: { type: 'string' },
      count: { type: 'string' },
      load: { type: 'string' },
      url: { type: 'string' },
    },
    'room',
  )
  const [room] = positionals
  if (room === undefined) throw new UsageError('Which room? For example royale.')
  const count = wholeNumber('count', values.count, 1_000) ?? DEFAULT_COUNT
  const load = wholeNumber('load', values.load, 10_000) ?? 0
  const file = CROWDS.map((name) => resolve(name)).find((path) => existsSync(path))
  if (file === undefined) throw new UsageError(`This folder has no ${CROWDS[0]}, which plays the bots.`)
  const ca = values.ca ?? resolve(userDataFolder(), 'ca.pem')
  return new Promise((end) => {
    const bots = new Child(file, {
      env: {
        FAIRGROUND_ROOM: room,
        FAIRGROUND_BOTS: String(count),
        FAIRGROUND_LOAD: String(load),
        ...(values.url !== undefined && { FAIRGROUND_URL: values.url }),
        ...(existsSync(ca) && { NODE_EXTRA_CA_CERTS: ca }),
      },
      onOutput: (text) => process.stdout.write(text),
      onExit: (code) => end(code ?? 1),
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void bots.stop().then(() => end(0)))
  })
}

import { spawnSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratchFolder } from '../server/tls/scratch-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A game of somebody else's, outside this repository: its server file, and more files by name. Its folder. */
export function someonesProject(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder()
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const own = { 'package.json': '{ "type": "module" }', 'server.ts': SERVER }
  for (const [name, text] of Object.entries({ ...own, ...files })) {
    writeFileSync(join(folder, name), text.replaceAll('fairground:', ROOT))
  }
  return folder
}

const SERVER = `
import { z } from 'zod'
import { createServer, GameRoom, message, request } from 'fairground:server/index.ts'
import { schema, t } from 'fairground:shared/schema.ts'

const State = schema({ cards: t.array('string') }, 'State')

class CardRoom extends GameRoom<{ state: InstanceType<typeof State>; events: { dealt: { card: string } } }> {
  override state = new State()
  override joinOptions = z.object({ name: z.string() })
  override messages = { play: message(z.object({ card: z.string() }), () => {}) }
  override requests = { peek: request(z.number(), () => 'ace') }
}
export const server = createServer({ rooms: { cards: CardRoom } })
`

const COMPILER_OPTIONS = {
  ...{ target: 'ES2024', lib: ['ES2024', 'ESNext.Disposable', 'DOM'], module: 'nodenext', types: ['node'] },
  ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
  ...{ verbatimModuleSyntax: true, noUncheckedIndexedAccess: true },
}

/** What the real compiler says about a project's files: one line an error, each beginning with file and position. */
export function compile(folder: string): string[] {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }),
  )
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (stderr !== '') throw new Error(stderr)
  return stdout.split('\n').filter((line) => line.includes('error TS'))
}

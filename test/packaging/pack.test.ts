import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../free-port.ts'
import { codeBlocks, filesIn } from './documents.ts'
import { PackedProject } from './packed-project.ts'

const GUIDES = readdirSync(join(import.meta.dirname, '../../docs/guides'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/guides/${name}`)

let project: PackedProject

beforeAll(async () => {
  project = await PackedProject.make()
}, 300_000)
afterAll(() => project?.[Symbol.dispose]())

/** `fairground dev` in a folder of the project, and the address it printed. */
async function develop(folder: string) {
  const port = await freePort()
  const args = ['dev', '--host', '127.0.0.1', '--port', String(port)]
  const server = project.start('fairground', args, { folder })
  await server.shows(/this machine {2}https:\/\/localhost:\d+\//)
  return { server, port }
}

describe('the package', () => {
  it('holds the compiled library, the browser SDK and the command, and nothing else', () => {
    const foreign = project.packed.filter(
      (path) =>
        !/^dist\/lib\/(server|client-sdk|shared|testing|cli)\/[\w/-]+\.(js|d\.ts)$/.test(path) &&
        !/^dist\/sdk\/fairground-(client|netcode)\.js$/.test(path) &&
        !['package.json', 'README.md', 'LICENSE', 'bin/fairground.mjs'].includes(path),
    )
    expect(foreign).toEqual([])
    expect(project.packed).toContain('dist/sdk/fairground-client.js')
  })

  it('has what its package.json promises, for programs and for the compiler', async () => {
    const entries = ['fairground', 'fairground/schema', 'fairground/client', 'fairground/client/netcode']
    project.write({
      'entries/all.ts': [...entries, 'fairground/testing']
        .map((entry, index) => `import * as entry${index} from '${entry}'\nconsole.log(typeof entry${index})`)
        .join('\n'),
    })
    expect(await project.compile('entries')).toEqual([])
    const program = project.start('node', ['all.ts'], { folder: 'entries' })
    expect(await program.ended).toBe(0)
    expect(program.output).toBe('object\n'.repeat(5))
    const version = project.start('npx', ['--no-install', 'fairground', '--version'])
    expect(await version.ended).toBe(0)
    expect(version.output).toMatch(/^\d+\.\d+\.\d+$/m)
  })
})

/** Writes files into a folder of the project. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  project.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [join(folder, name), text])))
}

/** A client as a document shows it, on the port that a test uses. */
function play(text: string, port: number) {
  write('player', { 'client.ts': text.replace(':2567', `:${port}`) })
  return project.start('node', ['client.ts'], { folder: 'player', trusting: true })
}

describe("the README's first room", () => {
  const files = filesIn('README.md')

  beforeAll(() => write('readme', files))

  it('fits on a page: state, room and client in some 40 lines', () => {
    expect(Object.keys(files)).toEqual(['state.ts', 'server.ts', 'client.ts'])
    const lines = Object.values(files).join('').split('\n').filter(Boolean)
    expect(lines.length).toBeLessThanOrEqual(45)
  })

  it('compiles strictly, and a wrong room name does not', async () => {
    expect(await project.compile('readme')).toEqual([])
    write('readme', { 'client.ts': files['client.ts']!.replace("'bell'", "'bel'") })
    expect(await project.compile('readme')).toEqual([expect.stringContaining(`"bel"`)])
    write('readme', files)
  })

  it('runs under fairground dev, with a client that sees and hears what it should', async () => {
    const { server, port } = await develop('readme')
    await using _server = server
    await using client = play(files['client.ts']!, port)
    await client.shows(/^Ann came in\nAnn rings the bell!\n/)
    const sdk = await project.get(`https://localhost:${port}/sdk/fairground-client.js`)
    expect(sdk).toMatchObject({ status: 200, text: expect.stringContaining('export') })
    expect(await server.stop()).toBe(0)
  })

  it("gets a project's own bots from fairground dev", async () => {
    write('readme', { 'bots/main.ts': "console.log('bots at', process.env.FAIRGROUND_URL as string)" })
    const { server, port } = await develop('readme')
    await using _server = server
    await server.shows(new RegExp(`bots at wss://localhost:${port}`))
  })

  it('runs under fairground start, with a certificate from files', async () => {
    const port = await freePort()
    const args = ['start', '--host', '127.0.0.1', '--port', String(port)]
    const pair = ['--cert', 'certs/development.pem', '--key', 'certs/development.key']
    await using server = project.start('fairground', [...args, ...pair], { folder: 'readme' })
    await server.shows(/"msg":"listening"/)
    await using client = play(files['client.ts']!, port)
    await client.shows(/Ann rings the bell!/)
    expect(await server.stop()).toBe(0)
  })
})

describe('docs/writing-rooms.md', () => {
  const files = filesIn('docs/writing-rooms.md')

  beforeAll(() => write('writing', files))

  it('shows five kinds of rooms and a server with all of them, which compile strictly', async () => {
    expect(Object.keys(files)).toContain('fair.ts')
    expect(await project.compile('writing')).toEqual([])
  })

  it('shows a server that runs, and a chat that talks', async () => {
    const port = await freePort()
    const args = ['dev', 'fair.ts', '--host', '127.0.0.1', '--port', String(port)]
    await using server = project.start('fairground', args, { folder: 'writing' })
    await server.shows(/this machine {2}https:/)
    write('player', { 'client.ts': files['lounge-client.ts']!.replace(':2567', `:${port}`) })
    await using client = project.start('node', ['client.ts'], { folder: 'player', trusting: true })
    await client.shows(/^Ann: Hello$/m)
  })
})

describe('the guides', () => {
  const files = filesIn('docs/guides/first-room.md', ...GUIDES.filter((path) => !path.includes('first-room')))

  beforeAll(() => write('guides', files))

  it('name the file of every block of TypeScript, so that all of them are compiled', () => {
    const blocks = ['README.md', 'docs/writing-rooms.md', 'rooms/arena/README.md', ...GUIDES].flatMap(
      codeBlocks,
    )
    const unnamed = blocks.filter(({ language, file }) => /^(ts|typescript)$/.test(language) && !file)
    expect(unnamed.map(({ place }) => place)).toEqual([])
  })

  it('compile strictly', async () => {
    expect(await project.compile('guides')).toEqual([])
  })

  it('show a room and a client that do what they say', async () => {
    const { server, port } = await develop('guides')
    await using _server = server
    await using client = play(files['client.ts']!, port)
    await client.shows(/picked, 2 now/)
    for (const line of [/^Ann is here \(you\)$/m, /^Ann waves$/m, /^now Anna$/m, /^4 apples left$/m]) {
      expect(client.output).toMatch(line)
    }
    expect(client.output).toContain('REQUEST_REFUSED: There is a Anna already.')
    await server.stop()
    await client.shows(/^status: closed$/m)
  })

  it('show a client of Colyseus that plays, too', async () => {
    const { server, port } = await develop('guides')
    await using _server = server
    await using client = play(files['stock-client.ts']!, port)
    await client.shows(/^Anna$/m)
  })

  it('show tests that pass', async () => {
    const tests = project.start('node', ['--test'], { folder: 'guides' })
    expect(await tests.ended, tests.output).toBe(0)
    expect(tests.output).toMatch(/pass 2$/m)
  })
})

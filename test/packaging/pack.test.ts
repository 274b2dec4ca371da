import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../free-port.ts'
import { filesIn } from './documents.ts'
import { PackedProject } from './packed-project.ts'

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

describe("the README's first room", () => {
  const files = filesIn('README.md')

  beforeAll(() =>
    project.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`readme/${name}`, text]))),
  )

  it('fits on a page: state, room and client in some 40 lines', () => {
    expect(Object.keys(files)).toEqual(['state.ts', 'server.ts', 'client.ts'])
    const lines = Object.values(files).join('').split('\n').filter(Boolean)
    expect(lines.length).toBeLessThanOrEqual(45)
  })

  it('compiles strictly, and a wrong room name does not', async () => {
    expect(await project.compile('readme')).toEqual([])
    const [name, text] = ['readme/client.ts', files['client.ts']!]
    project.write({ [name]: text.replace("'bell'", "'bel'") })
    expect(await project.compile('readme')).toEqual([expect.stringContaining(`"bel"`)])
    project.write({ [name]: text })
  })

  it('runs under fairground dev, with a client that sees and hears what it should', async () => {
    const { server, port } = await develop('readme')
    await using _server = server
    project.write({ 'player/client.ts': files['client.ts']!.replace(':2567', `:${port}`) })
    await using client = project.start('node', ['client.ts'], { folder: 'player', trusting: true })
    await client.shows(/^Ann came in\nAnn rings the bell!\n/)
    const sdk = await project.get(`https://localhost:${port}/sdk/fairground-client.js`)
    expect(sdk).toMatchObject({ status: 200, text: expect.stringContaining('export') })
    expect(await server.stop()).toBe(0)
  })

  it('runs under fairground start, with a certificate from files', async () => {
    const port = await freePort()
    const args = ['start', '--host', '127.0.0.1', '--port', String(port)]
    const pair = ['--cert', 'certs/development.pem', '--key', 'certs/development.key']
    await using server = project.start('fairground', [...args, ...pair], { folder: 'readme' })
    await server.shows(/"msg":"listening"/)
    project.write({ 'player/client.ts': files['client.ts']!.replace(':2567', `:${port}`) })
    await using client = project.start('node', ['client.ts'], { folder: 'player', trusting: true })
    await client.shows(/Ann rings the bell!/)
    expect(await server.stop()).toBe(0)
  })
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { Program, type ProgramOptions, run } from '../program.ts'
import { shellEnvironment } from '../shell-environment.ts'

const ROOT = join(import.meta.dirname, '../..')
const { version, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const QUICK_INSTALL = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
const COMPILER_OPTIONS = {
  ...{ target: 'ES2024', lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'], module: 'nodenext' },
  ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
  ...{ verbatimModuleSyntax: true, erasableSyntaxOnly: true, types: [] },
}

/** An empty project of somebody else, outside this repository, into which the packed package was installed. */
export class PackedProject implements Disposable {
  /** Paths in the package. */
  readonly packed: readonly string[]
  readonly folder: string
  readonly #top: string

  private constructor(top: string, packed: readonly string[]) {
    this.#top = top
    this.packed = packed
    this.folder = join(top, 'game')
  }

  /** Builds, packs and installs. */
  static async make(): Promise<PackedProject> {
    const top = mkdtempSync(join(tmpdir(), 'fairground-pack-'))
    const env = shellEnvironment()
    // As `npm pack` does before it packs, but without another look at the installed packages.
    await run(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT, env })
    await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', top], { cwd: ROOT, env })
    const tarball = join(top, `fairground-${version}.tgz`)
    const listing = await run('tar', ['-tzf', tarball], { cwd: top, env })
    const project = new PackedProject(
      top,
      listing
        .trim()
        .replaceAll(/^package\//gm, '')
        .split('\n'),
    )
    for (const folder of [project.folder, join(top, 'home')]) mkdirSync(folder)
    project.write({ 'package.json': '{ "private": true, "type": "module" }' })
    const install = ['install', ...QUICK_INSTALL, tarball, `zod@${devDependencies.zod}`]
    await run('npm', install, { cwd: project.folder, env })
    return project
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true })
      writeFileSync(join(this.folder, name), text)
    }
  }

  /** What the compiler says about the TypeScript files in a folder of the project, strictly: one line an error. */
  async compile(folder = '.'): Promise<string[]> {
    this.write({
      [join(folder, 'tsconfig.json')]: JSON.stringify({
        compilerOptions: COMPILER_OPTIONS,
        include: ['*.ts'],
      }),
    })
    const tsc = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--pretty', 'false']
    await using program = new Program(process.execPath, tsc, this.#options(folder))
    await program.ended
    return program.output.split('\n').filter((line) => line.includes('error TS'))
  }

  /** Starts a program of the project; `command` is found among its own and on PATH. */
  start(command: string, args: readonly string[], { folder = '.', trusting = false } = {}): Program {
    const { cwd, env } = this.#options(folder)
    return new Program(command, args, {
      cwd,
      env: { ...env, ...(trusting && { NODE_EXTRA_CA_CERTS: this.caPath }) },
    })
  }

  /** Where the README says that the authority's certificate is on Linux. */
  get caPath(): string {
    return join(this.#top, 'home/.local/share/fairground/ca.pem')
  }

  /** What a server of this project answers, over https trusted by its authority. */
  get(url: string): Promise<{ status: number | undefined; text: string }> {
    return new Promise((resolve, reject) => {
      request(url, { ca: readFileSync(this.caPath), agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece
        })
        response.once('end', () => resolve({ status: response.statusCode, text }))
      })
        .once('error', reject)
        .end()
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.#top, { recursive: true, force: true, maxRetries: 5 })
  }

  #options(folder: string): ProgramOptions {
    const own = join(this.folder, 'node_modules/.bin')
    const env = shellEnvironment({ HOME: join(this.#top, 'home') })
    return {
      cwd: join(this.folder, folder),
      env: { ...env, PATH: [own, dirname(process.execPath), env['PATH']].join(delimiter) },
    }
  }
}

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { run } from '../program.ts'
import { shellEnvironment } from '../shell-environment.ts'

const ROOT = join(import.meta.dirname, '../..')
const FILES = ['package.json', 'package-lock.json', '.npmrc']
const LOCK = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const PACKAGES = Object.entries((JSON.parse(LOCK) as { packages: Record<string, Locked> }).packages)

it('depends on packages of a registry only: npm 12 refuses git and web addresses', () => {
  const elsewhere = /^(git|github|gitlab|bitbucket|https?|ssh|file|link)[:+]|^[\w.-]+\/[\w.-]+(#|$)/
  const asked = PACKAGES.flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.entries({ ...dependencies, ...optionalDependencies }).map(([name, range]) => ({
      ...{ path, name, range },
    })),
  )
  expect(asked.length).toBeGreaterThan(200)
  expect(asked.filter(({ range }) => elsewhere.test(range))).toEqual([])
  const fetched = PACKAGES.filter(([path, { resolved, link }]) => path !== '' && (resolved || link))
  expect(fetched).toEqual([])
})

it.each(['11', '12'])(
  'npm ci passes right after npm install, with npm %s',
  { timeout: 300_000 },
  async (major) => {
    const cwd = mkdtempSync(join(tmpdir(), 'fairground-ci-'))
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true, maxRetries: 5 }))
    for (const file of FILES) copyFileSync(join(ROOT, file), join(cwd, file))
    const npm = (...args: string[]) =>
      run('npx', ['--yes', '--prefer-offline', `npm@${major}`, ...args], { cwd, env: shellEnvironment() })

    expect(await npm('--version')).toMatch(new RegExp(`^${major}\\.\\d+\\.\\d+$`, 'm'))
    await npm('install', '--prefer-offline')
    expect(readFileSync(join(cwd, 'package-lock.json'), 'utf8'), 'npm install changes no lock').toBe(LOCK)
    await npm('ci', '--prefer-offline')
    // The machine's npm may block install scripts; that of this package must have run.
    const node = PACKAGES.find(([path]) => path === 'node_modules/node')?.[1].version
    const version = await run(join(cwd, 'node_modules/.bin/node'), ['--version'], { cwd, env: process.env })
    expect(version.trim()).toBe(`v${node}`)
  },
)

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
}).split('\n')

/** Which folder may import which at run time; `test` and `bench` may import anything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  server: ['shared'],
  'client-sdk': ['shared'],
  testing: ['server', 'client-sdk', 'shared'],
  rooms: ['server', 'shared'],
  bots: ['client-sdk', 'rooms', 'shared'],
  web: ['client-sdk', 'rooms', 'shared'],
  cli: ['server', 'client-sdk', 'rooms', 'bots', 'web', 'shared'],
  'server.ts': ['server', 'rooms'],
}

interface Import {
  from: string
  to: string
}

/** Every import between our own files that is still there at run time. */
function runTimeImports(): Import[] {
  const found: Import[] = []
  for (const from of FILES.filter((file) => file.endsWith('.ts'))) {
    const source = readFileSync(join(ROOT, from), 'utf8')
    const statements = source.matchAll(/^\s*(?:import|export)\s+(type\s)?([^'";]*?from\s+)?'(\.[^']+)'/gm)
    for (const [, isType, , target] of statements) {
      if (!isType) found.push({ from, to: normalize(join(dirname(from), target!)) })
    }
    for (const [, target] of source.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)/g)) {
      found.push({ from, to: normalize(join(dirname(from), target!)) })
    }
  }
  return found
}

const IMPORTS = runTimeImports()
const folderOf = (path: string): string => path.split('/')[0]!

describe('the import table', () => {
  it('sees the imports there are', () => {
    expect(IMPORTS).toContainEqual({ from: 'server.ts', to: 'server/index.ts' })
    expect(IMPORTS.length).toBeGreaterThan(100)
  })

  it('is kept by every run-time import between folders', () => {
    const breaches = IMPORTS.filter(({ from, to }) => {
      const allowed = MAY_IMPORT[folderOf(from)]
      return allowed && folderOf(from) !== folderOf(to) && !allowed.includes(folderOf(to))
    })
    expect(breaches).toEqual([])
  })

  it('keeps the server out of everything in a room but room.ts', () => {
    const breaches = IMPORTS.filter(
      ({ from, to }) => folderOf(from) === 'rooms' && folderOf(to) === 'server' && !from.endsWith('/room.ts'),
    )
    expect(breaches).toEqual([])
  })

  it('keeps rooms apart from each other', () => {
    const room = (path: string) => path.split('/')[1]
    const breaches = IMPORTS.filter(
      ({ from, to }) => folderOf(from) === 'rooms' && folderOf(to) === 'rooms' && room(from) !== room(to),
    )
    expect(breaches).toEqual([])
  })

  it('keeps room.ts, which runs on the server only, out of pages and bots', () => {
    const breaches = IMPORTS.filter(
      ({ from, to }) =>
        ['web', 'bots', 'client-sdk', 'shared'].includes(folderOf(from)) &&
        /[/-]room\.ts$/.test(to) &&
        folderOf(to) === 'rooms',
    )
    expect(breaches).toEqual([])
  })
})

describe('the repository', () => {
  // Put together here, so that this file does not name what it looks for.
  const hosts = [['registry', 'npmjs', 'org'].join('.'), ['deb', 'debian', 'org'].join('.')]
  const machinePaths = [/(?<![\w.$}-])\/(?:work|root)\//]

  it('names no registry host and no path of somebody’s machine', () => {
    const texts = FILES.filter((file) => /\.(ts|mjs|js|json|md|html|css|yml)$|run$|npmrc$/.test(file))
    const named = texts.filter((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8')
      return hosts.some((host) => text.includes(host)) || machinePaths.some((path) => path.test(text))
    })
    expect(named).toEqual([])
  })

  it('locks packages of the registry only, by integrity and not by address', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>
    }
    const packages = Object.entries(lock.packages).filter(([name]) => name !== '')
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    expect(packages.filter(([, { integrity }]) => integrity === undefined)).toEqual([])
  })

  it('pins every direct dependency exactly', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    )
    expect(loose).toEqual([])
  })

  it('keeps its files small', () => {
    const long = FILES.filter((file) => /\.(ts|mjs)$/.test(file)).filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301,
    )
    expect(long).toEqual([])
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}
const read = <T>(path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as T
const { dependencies } = read<Manifest>('package.json')
const { packages } = read<{ packages: Record<string, unknown> }>('package-lock.json')

// The tests beside this one hold for these versions only; a new version is a change to be read, not to be drawn in.
it.each(['core', 'schema', 'sdk', 'ws-transport'])(
  '@colyseus/%s is installed in exactly one version',
  (name) => {
    const wanted = dependencies[`@colyseus/${name}`]
    expect(wanted).toMatch(/^\d+\.\d+\.\d+$/)
    expect(read<Manifest>(`node_modules/@colyseus/${name}/package.json`).version).toBe(wanted)
    const copies = Object.keys(packages).filter((path) => path.endsWith(`node_modules/@colyseus/${name}`))
    expect(copies, 'two copies of a schema cannot talk to each other').toEqual([
      `node_modules/@colyseus/${name}`,
    ])
  },
)

it('does without the umbrella package, whose dependencies come from a git host', () => {
  expect(dependencies).not.toHaveProperty('colyseus')
  expect(existsSync(new URL('../../node_modules/uWebSockets.js', import.meta.url))).toBe(false)
})

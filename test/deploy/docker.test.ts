import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../server/index.ts'
import { readShipped } from './shipped.ts'

interface Instruction {
  name: string
  rest: string
}

/** The instructions of a Dockerfile, with continued lines joined. */
function instructions(): Instruction[] {
  return readShipped('docker/Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line))
    .map((match) => ({ name: match![1]!, rest: match![2]!.replace(/\s+/g, ' ') }))
}

/** A block of compose.yaml by the path of its keys: what is indented below them. */
function block(...keys: string[]): string {
  let lines = readShipped('docker/compose.yaml').split('\n')
  for (const [depth, key] of keys.entries()) {
    const indent = ' '.repeat(depth * 2)
    const from = lines.findIndex((line) => line.startsWith(`${indent}${key}:`))
    if (from < 0) throw new Error(`compose.yaml has no ${keys.join('.')}`)
    const length = lines.slice(from + 1).findIndex((line) => line !== '' && !line.startsWith(`${indent} `))
    lines = lines.slice(from, length < 0 ? undefined : from + 1 + length)
  }
  return lines.filter((line) => !line.trim().startsWith('#')).join('\n')
}

// No Docker runs where the tests do: what can be read is read.
describe('the Dockerfile', () => {
  const all = instructions()
  const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'))
  const only = (name: string) => last.filter((instruction) => instruction.name === name)

  it('builds on a fixed major version, the one that the tests run on', () => {
    const bases = all.filter(({ name }) => name === 'FROM').map(({ rest }) => rest.split(' ')[0])
    expect(new Set(bases)).toEqual(new Set([`node:${process.versions.node.split('.')[0]}-bookworm-slim`]))
  })

  it('runs the server as nobody of importance, who cannot change its code', () => {
    expect(only('USER').map(({ rest }) => rest)).toEqual(['node'])
    expect(last.findIndex(({ name }) => name === 'USER')).toBeLessThan(
      last.findIndex(({ name }) => name === 'CMD'),
    )
    expect(only('COPY').filter(({ rest }) => rest.includes('--chown'))).toEqual([])
  })

  it('starts the server without a shell, so that signals reach it', () => {
    const command = JSON.parse(only('CMD')[0]!.rest) as string[]
    expect(command.slice(0, 4)).toEqual([
      ...['node', '--max-semi-space-size=2', 'node_modules/fairground/bin/fairground.mjs', 'start'],
    ])
    expect(only('ENTRYPOINT')).toEqual([])
  })

  it('asks for the server’s health where the server answers it', () => {
    const check = only('HEALTHCHECK')[0]!.rest
    const port = /--port", "(\d+)"/.exec(only('CMD')[0]!.rest)![1]
    expect(check).toContain(`http://127.0.0.1:${port}/healthz`)
    const code = (JSON.parse(check.slice(check.indexOf('['))) as string[])[2]!
    expect(() => new Function('process', code)).not.toThrow()
  })

  it('takes no secret and no package of this machine into the image', () => {
    const ignored = readShipped('docker/.dockerignore').split('\n')
    for (const name of ['node_modules', '.env*', 'certs', '*.pem', '*.key', '.git']) {
      expect(ignored).toContain(name)
    }
    const install = all.find(({ rest }) => rest.startsWith('npm'))!.rest
    expect(install).toMatch(/^npm ci .*--omit=dev .*--ignore-scripts/)
  })
})

describe('compose.yaml', () => {
  it('publishes ports of Caddy only, and lets the game share its loopback', () => {
    expect(block('services', 'caddy', 'ports')).toMatch(/"80:80"\n\s+- "443:443"/)
    expect(block('services', 'game')).not.toContain('ports:')
    expect(block('services', 'game')).toContain('network_mode: "service:caddy"')
  })

  it.each(['game', 'caddy'])('gives %s no more rights than it needs', (service) => {
    const text = block('services', service)
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true', 'pids_limit:']) {
      expect(text).toContain(line)
    }
    expect(text.includes('cap_add: [NET_BIND_SERVICE]')).toBe(service === 'caddy')
    expect(text).not.toMatch(/privileged|docker\.sock|:latest/)
  })

  it('keeps what must outlive a container, and waits longer than rooms take to end', () => {
    expect(block('services', 'caddy')).toContain('caddy-data:/data')
    expect(block('services', 'game')).toContain('game-data:/data')
    const grace = /stop_grace_period: (\d+)s/.exec(block('services', 'game'))![1]
    expect(Number(grace) * 1000).toBeGreaterThan(DEFAULT_LIMITS.shutdownMs)
  })

  it('mounts Caddy’s files where Caddy’s own file looks for them', () => {
    const mounts = block('services', 'caddy', 'volumes')
    expect(mounts).toContain('./caddy/Caddyfile:/etc/caddy/Caddyfile:ro')
    expect(mounts).toContain('./caddy/fairground:/etc/caddy/fairground:ro')
    const caddyfile = readShipped('caddy/Caddyfile')
    const writable = `${mounts}\n${block('services', 'caddy', 'tmpfs')}`
    for (const [, folder] of caddyfile.matchAll(/(\/var\/\w+\/caddy)\//g)) expect(writable).toContain(folder)
  })
})

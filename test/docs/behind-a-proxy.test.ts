import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MODULES, SEVERAL_MODULES } from '../deploy/apache.ts'
import { compile, someonesProject } from '../types/project.ts'
import { ROOT, text } from './tables.ts'

const HEAD = `
  import { createServer, GameRoom } from 'fairground:server/index.ts'
  class Hall extends GameRoom {}
  const rooms = { hall: Hall }
`

it('the servers in deploy/systemd/README.md compile', () => {
  const blocks = [...text('deploy/systemd/README.md').matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
  const servers = blocks.filter((code) => code.includes('createServer('))
  expect(servers.length).toBeGreaterThan(0)
  const files = servers.map((code, index) => [`server-${index}.ts`, `${HEAD}${code}`])
  expect(compile(someonesProject(Object.fromEntries(files)))).toEqual([])
})

it('the Apache guide switches on the modules that the tests do', () => {
  const guide = text('deploy/apache/README.md')
  expect(guide).toContain(`a2enmod ${MODULES.join(' ')}\n`)
  expect(guide).toContain(`a2enmod ${SEVERAL_MODULES.join(' ')}\``)
})

it.each(['nginx', 'apache', 'haproxy', 'caddy'])('the guide to %s names every file beside it', (name) => {
  const guide = text(`deploy/${name}/README.md`)
  const files = readdirSync(join(ROOT, 'deploy', name)).filter((file) => file !== 'README.md')
  expect(files.length).toBeGreaterThan(1)
  expect(files.filter((file) => !guide.includes(file))).toEqual([])
})

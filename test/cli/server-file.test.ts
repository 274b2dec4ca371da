import { join } from 'node:path'
import { expect, it } from 'vitest'
import { project, ROOT, run, serverFile } from './command.ts'

it('says where it looked when there is no server file', async () => {
  const { code, stderr } = await run(['start'], { cwd: project() })
  expect(code).toBe(1)
  expect(stderr).toContain('There is no server.ts in ')
  expect(stderr).toContain('[SERVER_FILE_INVALID]')
  expect(stderr).toContain('Name the file:')
})

it('names a file that is not there', async () => {
  const cwd = project({ 'server.ts': serverFile('arena') })
  const { code, stderr } = await run(['dev', 'rooms/sever.ts'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain(`There is no file ${join(cwd, 'rooms/sever.ts')}`)
})

// `dev` runs the file in a child process, which has to tell what went wrong.
const COMMANDS = [
  { verb: 'start', command: ['start'] },
  { verb: 'dev', command: ['dev', '--no-watch', '--bots', '0'] },
]

it.each(COMMANDS)('$verb wants a file that exports a server', async ({ command }) => {
  const cwd = project({ 'game.ts': 'export const server = { rooms: {} }\nexport default 5\n' })
  const { code, stderr } = await run([...command, 'game.ts'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('game.ts does not export a server.')
  expect(stderr).toContain('export const server = createServer(')
})

it.each(COMMANDS)('$verb shows the line at which a server file fails', async ({ command }) => {
  const cwd = project({ 'game.ts': 'const rooms: any = undefined\n\nrooms.arena.open()\n' })
  const { code, stderr } = await run([...command, 'game.ts'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/game\.ts cannot be run: .*undefined/)
  expect(stderr).toContain('game.ts:3')
})

it.each(COMMANDS)('$verb passes on what is wrong with the rooms', async ({ command }) => {
  const cwd = project({
    'server.ts': `
      import { createServer } from '${ROOT}server/index.ts'
      class Room {}
      export const server = createServer({ rooms: { arena: Room } } as any)
    `,
  })
  const { code, stderr } = await run(command, { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('The room "arena" is not a class that extends GameRoom.')
  expect(stderr).toContain('[ROOM_CLASS_INVALID]')
})

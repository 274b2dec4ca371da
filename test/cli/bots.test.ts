import { expect, it } from 'vitest'
import { project, run } from './command.ts'

it.each([
  ['no room', [], 'Which room?'],
  ['a folder without a crowd', ['royale'], 'This folder has no bots/crowd.ts'],
  ['a number that is none', ['royale', '--count', 'many'], '--count is "many"'],
])('bots with %s is misuse and says so', async (_what, args, words) => {
  const { code, stderr } = await run(['bots', ...args], { cwd: project() })
  expect(code).toBe(2)
  expect(stderr).toContain(words)
  expect(stderr).toContain('Usage: fairground bots <room>')
})

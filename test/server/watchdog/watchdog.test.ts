import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Program } from '../../program.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

function hanging(hook: string, ms: number, env: NodeJS.ProcessEnv = {}): Program {
  const args = [join(import.meta.dirname, 'hanging-server.ts'), scratchFolder(), hook, String(ms)]
  return new Program(process.execPath, args, { cwd: import.meta.dirname, env: { ...process.env, ...env } })
}

it.each(['onTick', 'messages.poke', 'onJoin'])(
  '[RM15] names the room and the hook that hang the process: %s',
  async (hook) => {
    await using program = hanging(hook, 3_000)
    const said = await program.shows(
      /the event loop has stood still for \d+ ms, in pit\.([\w.]+) \(room ([\w-]+)\)/,
    )
    expect(said[1]).toBe(hook)
    // The log comes to it when the process goes on.
    await program.shows(/the event loop stood still/)
  },
)

it('[RM15] names the room whose onAuth hangs', async () => {
  await using program = hanging('onAuth', 3_000)
  await program.shows(/in pit\.onAuth/)
})

it('[RM15] says it as JSON in production', async () => {
  await using program = hanging('onTick', 3_000, { NODE_ENV: 'production' })
  const [line] = await program.shows(/^\{.*the event loop has stood still.*\}$/m)
  expect(JSON.parse(line)).toMatchObject({ level: 60, room: 'pit', hook: 'onTick', ms: expect.any(Number) })
})

it('says nothing while the loop turns', async () => {
  await using program = hanging('none', 0)
  await program.shows(/calm to the end/)
  expect(program.output).not.toContain('stood still')
})

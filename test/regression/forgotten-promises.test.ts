import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client as StockClient } from '@colyseus/sdk'
import { expect, it } from 'vitest'
import { eventually } from '../eventually.ts'
import { Victim } from '../victim.ts'

// Whether Colyseus outlives a promise that fails and that nobody waits for hangs on an optional package, @pm2/io, being
// installed: that one listens for unhandled rejections. Ours outlives it either way.

const victims = join(import.meta.dirname, 'victims')
const WITH_PACKAGE = { NODE_OPTIONS: `--import ${pathToFileURL(join(victims, 'with-pm2.ts')).href}` }

async function forgetfulVictim(side: 'plain' | 'ours', installed: boolean) {
  const env = { SIDE: side, ...(installed && WITH_PACKAGE) }
  const victim = await Victim.start(join(victims, 'forgetful-server.ts'), env)
  const room = await new StockClient(victim.url).joinOrCreate('stick')
  room.reconnection.enabled = false
  room.send('forget')
  return { victim, room }
}

it('plain Colyseus ends without the package', async () => {
  const { victim } = await forgetfulVictim('plain', false)
  await using _ = victim
  await eventually(async () => expect(await victim.fate()).toBe('ended with 1'))
})

it('plain Colyseus lives on with it', async () => {
  const { victim } = await forgetfulVictim('plain', true)
  await using _ = victim
  expect(await victim.fate()).toBe('works')
})

it.each([false, true])(
  '[RM10] ours lives on, logs and counts it (the package installed: %s)',
  async (installed) => {
    const { victim, room } = await forgetfulVictim('ours', installed)
    await using _ = victim
    await eventually(async () =>
      expect(await (await fetch(`${victim.url}/metrics`)).text()).toContain(
        'fairground_stray_errors_total 1',
      ),
    )
    expect(await victim.fate()).toBe('works')
    expect(room.connection.isOpen).toBe(true)
  },
)

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteStorage } from '../../../server/index.ts'
import { eventually } from '../../eventually.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { device, type FleetServer, type Operator, operate, startFleet, tokenOf } from './fleet-house.ts'

let server: FleetServer
let operator: Operator

beforeEach(async () => {
  server = await startFleet()
  operator = await operate(server)
})
afterEach(() => server?.close())

const seen = (id: string) => operator.state.devices.get(id)

async function commanded(id: string, order: object = {}) {
  const answer = await operator.request('command', { device: id, name: 'blink', ...order } as never)
  return answer as { accepted: boolean; id: string; reason?: string }
}

describe('devices', () => {
  it('[DV1] prove their id by a token of their own; who lies about it is refused', async () => {
    expect((await device(server, 'one')).joined).toMatchObject({ type: 'joined' })
    for (const token of [tokenOf('two'), null, 'x'.repeat(43), tokenOf('one').toLowerCase()]) {
      const { peer, joined } = await device(server, 'one', token)
      expect(joined).toMatchObject({ error: { code: 'AUTH_FAILED', next: expect.any(String) } })
      expect((await peer.closed).code).toBe(4002)
    }
    await expect(
      server.connect({ token: tokenOf('one') }).joinOrCreate('devices', { role: 'device', id: 'two' }),
    ).rejects.toMatchObject({ code: 'AUTH_FAILED' })
    await eventually(() => expect([...operator.state.devices.keys()]).toEqual(['one']))
  })

  it('[DV2] are seen live by operators, by gateway and by SDK, and see nothing themselves', async () => {
    const { peer } = await device(server, 'one')
    const two = await server
      .connect({ token: tokenOf('two') })
      .joinOrCreate('devices', { role: 'device', id: 'two', group: 'roof' })
    peer.say({ type: 'send', name: 'telemetry', data: { celsius: 21.5, battery: 80 } })
    two.send('telemetry', { celsius: -3 })
    await eventually(() => {
      expect(seen('one')?.readings.get('celsius')).toBe(21.5)
      expect(seen('two')?.readings.get('celsius')).toBe(-3)
    })
    expect(seen('two')).toMatchObject({ group: 'roof', online: true })
    peer.say({ type: 'send', name: 'telemetry', data: { celsius: 22 } })
    await eventually(() => expect([...seen('one')!.readings.entries()]).toEqual([['celsius', 22]]))
    expect(two.state.devices?.size ?? 0).toBe(0)
  })

  it('[DV2] come into the list of an operator who was there before the first of them', async () => {
    expect(operator.state.devices.size).toBe(0)
    await device(server, 'one')
    await device(server, 'two')
    await eventually(() => expect([...operator.state.devices.keys()]).toEqual(['one', 'two']))
  })

  it('[DV3] that drop are offline at once, and one that comes twice is the later one', async () => {
    const first = await device(server, 'one')
    await eventually(() => expect(seen('one')?.online).toBe(true))
    const second = await device(server, 'one')
    expect(await first.peer.closed).toMatchObject({ code: 4350 })
    await eventually(() => expect(seen('one')?.online).toBe(true))
    second.peer.socket.terminate()
    await eventually(() => expect(seen('one')?.online).toBe(false))
  })

  it('[DV4] converge: the desired state reaches them, and their report the operators', async () => {
    const { peer } = await device(server, 'one')
    await peer.event('desired')
    expect(await operator.request('want', { devices: ['one'], changes: { lamp: true, level: 3 } })).toEqual({
      accepted: true,
    })
    await eventually(() => expect(seen('one')).toMatchObject({ version: 1, inSync: false }))
    expect(peer.told.at(-1)).toMatchObject({ data: { version: 1, settings: { lamp: true, level: 3 } } })
    const settings = { lamp: true, level: 3, firmware: '1.2' }
    expect(await peer.request('report', { version: 1, settings })).toMatchObject({ data: { accepted: true } })
    await eventually(() => expect(seen('one')).toMatchObject({ reportedVersion: 1, inSync: true }))
    expect(seen('one')?.reported.get('firmware')).toBe('"1.2"')
    const stale = await operator.request('want', { devices: ['one'], changes: { level: 4 }, expected: 0 })
    expect(stale).toMatchObject({ accepted: false, reason: 'conflict' })
  })

  it('[DV4] get the desired state that they missed when they are back', async () => {
    const { peer } = await device(server, 'one')
    peer.socket.terminate()
    await eventually(() => expect(seen('one')?.online).toBe(false))
    await operator.request('want', { devices: ['one'], changes: { lamp: false } })
    const { peer: back, joined } = await device(server, 'one')
    expect(joined['state']).toEqual({
      desired: { version: 1, settings: { lamp: false } },
      reportedVersion: 0,
    })
    expect(await back.event('desired')).toMatchObject({ data: { version: 1, settings: { lamp: false } } })
  })

  it('[DV5] are told why a report is not taken', async () => {
    const { peer } = await device(server, 'one')
    expect(await peer.request('report', { version: 9, settings: {} })).toMatchObject({
      data: { accepted: false, reason: 'fromTheFuture', message: expect.any(String) },
    })
    for (const settings of [{ 'no name': 1 }, { lamp: null }, { lamp: [1] }, { text: 'x'.repeat(65) }])
      expect(await peer.request('report', { version: 0, settings })).toMatchObject({
        error: { code: 'MESSAGE_INVALID' },
      })
    expect(await peer.request('want', { devices: ['one'], changes: {} })).toMatchObject({
      error: { code: 'REQUEST_REFUSED' },
    })
    await expect(operator.request('report', { version: 0, settings: {} })).rejects.toMatchObject({
      code: 'REQUEST_REFUSED',
    })
  })

  it('[DV6] acknowledge a command once; a replayed word, or that of another device, changes nothing', async () => {
    const [{ peer }, { peer: other }] = [await device(server, 'one'), await device(server, 'two')]
    const ended: unknown[] = []
    operator.on('ended', (how) => ended.push(how))
    const { id } = await commanded('one', { argument: 'twice' })
    expect(await peer.event('command')).toMatchObject({ data: { id, name: 'blink', argument: 'twice' } })
    const word = { id, done: true, result: 'blinked twice' }
    expect(await other.request('acknowledge', word)).toMatchObject({ data: { reason: 'unknownCommand' } })
    expect(await peer.request('acknowledge', word)).toMatchObject({ data: { accepted: true } })
    expect(await peer.request('acknowledge', { ...word, done: false })).toMatchObject({
      data: { reason: 'replayed' },
    })
    await eventually(() => expect(ended).toMatchObject([{ id, state: 'done', result: 'blinked twice' }]))
    await eventually(() => expect(seen('one')).toMatchObject({ command: 'blink', commandState: 'done' }))
  })

  it('[DV7] let a deadline pass: the command counts as not done, and a late word is told so', async () => {
    const { peer } = await device(server, 'one')
    const { id } = await commanded('one', { deadlineSeconds: 1 })
    await eventually(() => expect(seen('one')?.commandState).toBe('expired'))
    expect(await peer.request('acknowledge', { id, done: true })).toMatchObject({ data: { reason: 'late' } })
    expect(seen('one')?.commandState).toBe('expired')
  })

  it('[DV8] get a command again that was under way when their line broke, and none while they are away', async () => {
    const { peer } = await device(server, 'one')
    const { id } = await commanded('one')
    peer.socket.terminate()
    await eventually(() => expect(seen('one')?.online).toBe(false))
    expect(await commanded('one')).toMatchObject({ accepted: false, reason: 'offline' })
    const { peer: back } = await device(server, 'one')
    expect(await back.event('command')).toMatchObject({ data: { id } })
  })

  it('[DV9] are grouped, and forgotten, by operators', async () => {
    await device(server, 'one')
    const { peer } = await device(server, 'two')
    expect(await operator.request('group', { devices: ['one', 'two'], group: 'Dach Süd' })).toEqual({
      accepted: true,
    })
    await eventually(() => expect(seen('two')?.group).toBe('Dach Süd'))
    expect(await operator.request('group', { devices: ['nine'], group: 'a' })).toMatchObject({
      reason: 'unknownDevice',
    })
    await operator.request('forget', { device: 'two' })
    expect(await peer.closed).toMatchObject({ code: 4002 })
    await eventually(() => expect([...operator.state.devices.keys()]).toEqual(['one']))
  })
})

it('[DV10] the fleet survives a restart: groups, desired and reported state', async () => {
  await server.close()
  const file = `${scratchFolder()}/fleet.db`
  server = await startFleet({}, sqliteStorage(file))
  operator = await operate(server)
  const { peer } = await device(server, 'one')
  await operator.request('group', { devices: ['one'], group: 'roof' })
  await operator.request('want', { devices: ['one'], changes: { level: 7 } })
  await peer.request('report', { version: 1, settings: { level: 6 } })
  await server.close()
  server = await startFleet({}, sqliteStorage(file))
  operator = await operate(server)
  await eventually(() =>
    expect(seen('one')).toMatchObject({ group: 'roof', online: false, version: 1, inSync: false }),
  )
  expect((await device(server, 'one')).joined['state'].desired.settings).toEqual({ level: 7 })
})

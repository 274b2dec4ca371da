import { describe, expect, it } from 'vitest'
import {
  acknowledge,
  createCommands,
  createShadow,
  difference,
  expire,
  issue,
  report,
  underWayFor,
  want,
} from '../../../rooms/devices/simulation.ts'
import { MAX_REMEMBERED, MAX_UNDER_WAY } from '../../../rooms/devices/tuning.ts'

const ROOMY = { maxSettings: 16 }

describe('a shadow', () => {
  it('[DV4] converges: what is wanted differs until the device has reported it', () => {
    const shadow = createShadow()
    expect(want(shadow, { lamp: true, level: 3 }, ROOMY)).toBeUndefined()
    expect([shadow.version, difference(shadow)]).toEqual([1, ['lamp', 'level']])
    expect(report(shadow, { lamp: true, level: 2, own: 'x' }, 1)).toBeUndefined()
    expect(difference(shadow)).toEqual(['level'])
    report(shadow, { lamp: true, level: 3, own: 'x' }, 1)
    expect(difference(shadow)).toEqual([])
  })

  it('[DV4] makes a version of each change, and none of what changes nothing', () => {
    const shadow = createShadow()
    want(shadow, { lamp: true }, ROOMY)
    want(shadow, { lamp: true }, ROOMY)
    expect(shadow.version).toBe(1)
    want(shadow, { lamp: null }, ROOMY)
    expect([shadow.version, shadow.desired.size]).toEqual([2, 0])
  })

  it('[DV4] refuses a change of what has changed since it was looked at', () => {
    const shadow = createShadow()
    want(shadow, { level: 1 }, ROOMY)
    expect(want(shadow, { level: 2 }, { ...ROOMY, expected: 0 })).toBe('conflict')
    expect(shadow.desired.get('level')).toBe(1)
    expect(want(shadow, { level: 2 }, { ...ROOMY, expected: 1 })).toBeUndefined()
  })

  it('[DV4] keeps no more settings than it may', () => {
    const shadow = createShadow()
    want(shadow, { one: 1 }, { maxSettings: 2 })
    expect(want(shadow, { two: 2, three: 3 }, { maxSettings: 2 })).toBe('tooManySettings')
    expect([shadow.version, shadow.desired.size]).toEqual([1, 1])
  })

  it('[DV5] refuses reports of versions that are over, or that there are not yet', () => {
    const shadow = createShadow()
    want(shadow, { level: 1 }, ROOMY)
    want(shadow, { level: 2 }, ROOMY)
    expect(report(shadow, { level: 3 }, 3)).toBe('fromTheFuture')
    report(shadow, { level: 2 }, 2)
    expect(report(shadow, { level: 1 }, 1)).toBe('outdated')
    expect(shadow.reported.get('level')).toBe(2)
  })
})

describe('a command', () => {
  const order = (id: string, device = 'one', deadlineMs = 1_000) => ({
    ...{ id, device, deadlineMs, name: 'blink', argument: '', sentMs: 0 },
  })
  const word = (id: string, device = 'one') => ({ id, device, done: true, result: 'well' })

  it('[DV6] is acknowledged once, by the device that was sent it, in time', () => {
    const commands = createCommands()
    expect(issue(commands, order('a'), true)).toBeUndefined()
    expect(acknowledge(commands, word('a', 'two'), 10)).toBe('unknownCommand')
    expect(acknowledge(commands, word('b'), 10)).toBe('unknownCommand')
    expect(acknowledge(commands, word('a'), 1_000)).toMatchObject({ state: 'done', result: 'well' })
    expect(acknowledge(commands, { ...word('a'), done: false }, 1_000)).toBe('replayed')
    expect(commands.ended.get('a')?.state).toBe('done')
  })

  it('[DV6] may fail by the word of its device', () => {
    const commands = createCommands()
    issue(commands, order('a'), true)
    expect(acknowledge(commands, { ...word('a'), done: false }, 1)).toMatchObject({ state: 'failed' })
  })

  it('[DV7] ends at its deadline, and a later word changes nothing', () => {
    const commands = createCommands()
    issue(commands, order('a'), true)
    expect(expire(commands, 1_000)).toEqual([])
    expect(acknowledge(commands, word('a'), 1_001)).toBe('late')
    expect(expire(commands, 1_001)).toMatchObject([{ id: 'a', state: 'expired' }])
    expect(acknowledge(commands, word('a'), 1_002)).toBe('late')
    expect(expire(commands, 5_000)).toEqual([])
  })

  it('[DV8] is refused while its device is away, or has too much to do', () => {
    const commands = createCommands()
    expect(issue(commands, order('a'), false)).toBe('offline')
    for (let count = 0; count < MAX_UNDER_WAY; count++) issue(commands, order(`a${count}`), true)
    expect(issue(commands, order('z'), true)).toBe('tooMany')
    expect(issue(commands, order('z', 'two'), true)).toBeUndefined()
    expect(underWayFor(commands, 'two').map(({ id }) => id)).toEqual(['z'])
  })

  it('[DV6] is forgotten some time after its end, so that memory stays bounded', () => {
    const commands = createCommands()
    for (let count = 0; count <= MAX_REMEMBERED; count++) {
      issue(commands, order(`a${count}`), true)
      acknowledge(commands, word(`a${count}`), 1)
    }
    expect(commands.ended.size).toBe(MAX_REMEMBERED)
    expect(acknowledge(commands, word('a0'), 1)).toBe('unknownCommand')
  })
})

import { describe, expect, it } from 'vitest'
import { type Finding, Silence } from '../../client-sdk/silence.ts'

/** Looks at a line once every `everyMs`, and tells what was found; `heard` says at which looks something had arrived. */
function looks(everyMs: number, count: number, heard: (look: number) => boolean = () => false): Finding[] {
  const silence = new Silence()
  return Array.from({ length: count }, (_, look) => {
    if (heard(look)) silence.heard()
    return silence.look(look * everyMs)
  })
}

describe('a line that is looked at once a second', () => {
  it('is never asked anything while frames arrive', () => {
    expect(new Set(looks(1_000, 60, (look) => look % 2 === 0))).toEqual(new Set(['fine']))
  })

  it('is asked after two silent seconds, and dead after five more: eight in all at most', () => {
    expect(looks(1_000, 9).map((finding, second) => [second, finding])).toEqual([
      ...[0, 1].map((second) => [second, 'fine']),
      [2, 'ask'],
      ...[3, 4, 5, 6].map((second) => [second, 'fine']),
      [7, 'dead'],
      [8, 'dead'],
    ])
  })

  it('lives on with every answer, however often it has to be asked', () => {
    const found = looks(1_000, 120, (look) => look % 4 === 3)
    expect(found.filter((finding) => finding === 'ask').length).toBeGreaterThan(20)
    expect(found).not.toContain('dead')
  })
})

describe('a line whose timer sleeps', () => {
  it('is not dead at the first look after an hour: what arrived waits behind that look', () => {
    const silence = new Silence()
    for (const nowMs of [0, 1_000, 2_000]) silence.look(nowMs)
    expect(silence.look(3_600_000)).not.toBe('dead')
    silence.heard()
    expect(silence.look(3_601_000)).toBe('fine')
  })

  it('is asked at that look, so that a dead one is found soon after', () => {
    const silence = new Silence()
    silence.look(0)
    expect(silence.look(3_600_000)).toBe('ask')
    const findings = [1, 2, 3, 4, 5].map((second) => silence.look(3_600_000 + second * 1_000))
    expect(findings).toEqual(['fine', 'fine', 'fine', 'fine', 'dead'])
  })

  it('is found dead by looks once a minute, as hidden pages have them, but never while it answers', () => {
    expect(looks(60_000, 4)).toEqual(['fine', 'ask', 'fine', 'dead'])
    expect(looks(60_000, 100, () => true)).not.toContain('dead')
  })
})

it('a line that was replaced begins anew', () => {
  const silence = new Silence()
  for (const second of [0, 1, 2, 3, 4, 5, 6]) silence.look(second * 1_000)
  silence.reset()
  expect(silence.look(7_000)).toBe('fine')
  expect(silence.look(8_000)).toBe('fine')
})

import { describe, expect, it } from 'vitest'
import { isRested, newSpeaker, refusalOf, speak, Typists } from '../../../rooms/chat/simulation.ts'

const at = (nowMs: number, slowModeMs = 0, channel = 'general') => ({ channel, slowModeMs, nowMs })

describe('a person', () => {
  it('may say five things at once and one a second after that', () => {
    const speaker = newSpeaker(0)
    for (let count = 0; count < 5; count++) {
      expect(refusalOf(speaker, at(0))).toBeUndefined()
      speak(speaker, at(0))
    }
    expect(refusalOf(speaker, at(0))).toEqual({ ok: false, reason: 'flood', waitMs: 1000 })
    expect(refusalOf(speaker, at(400)), 'asking again does not prolong it').toMatchObject({ waitMs: 600 })
    expect(refusalOf(speaker, at(1000))).toBeUndefined()
    speak(speaker, at(1000))
    expect(refusalOf(speaker, at(1000))).toMatchObject({ reason: 'flood' })
    expect(refusalOf(speaker, at(1_000_000)), 'but no more than five are saved up').toBeUndefined()
    for (let count = 0; count < 5; count++) speak(speaker, at(1_000_000))
    expect(refusalOf(speaker, at(1_000_000))).toMatchObject({ reason: 'flood' })
  })

  it('in slow mode waits between two messages of a channel, not between channels', () => {
    const speaker = newSpeaker(0)
    speak(speaker, at(0, 10_000))
    expect(refusalOf(speaker, at(4000, 10_000))).toEqual({ ok: false, reason: 'slow', waitMs: 6000 })
    expect(refusalOf(speaker, at(4000, 10_000, 'help'))).toBeUndefined()
    expect(refusalOf(speaker, at(4000, 0)), 'a moderator').toBeUndefined()
    expect(refusalOf(speaker, at(10_000, 10_000))).toBeUndefined()
  })

  it('that is muted may not speak until then', () => {
    const speaker = newSpeaker(0)
    speaker.mutedUntilMs = 5000
    expect(refusalOf(speaker, at(2000))).toEqual({ ok: false, reason: 'muted', waitMs: 3000 })
    expect(refusalOf(speaker, at(5000))).toBeUndefined()
    expect(isRested(speaker, at(4999))).toBe(false)
    expect(isRested(speaker, at(5000))).toBe(true)
  })

  it('whose message was none after all may say another', () => {
    const speaker = newSpeaker(0)
    const undo = speak(speaker, at(100, 10_000))
    undo()
    expect(refusalOf(speaker, at(100, 10_000))).toBeUndefined()
    expect(isRested(speaker, at(100))).toBe(true)
  })
})

describe('typing', () => {
  const [ann, ben, cid, dan] = ['Ann', 'Ben', 'Cid', 'Dan'].map((name) => ({ id: name.toLowerCase(), name }))

  it('is told once, and once more when it ends', () => {
    const typists = new Typists()
    typists.type('general', ann!, 0)
    expect(typists.takeChanges(100)).toEqual([{ channel: 'general', people: [ann], count: 1 }])
    typists.type('general', ann!, 1000)
    expect(typists.takeChanges(1100)).toEqual([])
    expect(typists.takeChanges(4999)).toEqual([])
    expect(typists.takeChanges(5000)).toEqual([{ channel: 'general', people: [], count: 0 }])
    expect(typists.takeChanges(9000)).toEqual([])
  })

  it('ends with the message, in its channel', () => {
    const typists = new Typists()
    typists.type('general', ann!, 0)
    typists.type('help', ann!, 0)
    typists.takeChanges(0)
    typists.stop('ann', 'general')
    expect(typists.takeChanges(1)).toEqual([{ channel: 'general', people: [], count: 0 }])
    typists.stop('ann')
    expect(typists.takeChanges(1)).toEqual([{ channel: 'help', people: [], count: 0 }])
  })

  it('of many is told by a few names and a count', () => {
    const typists = new Typists()
    for (const person of [ann, ben, cid, dan]) typists.type('general', person!, 0)
    expect(typists.takeChanges(0)).toEqual([{ channel: 'general', people: [ann, ben, cid], count: 4 }])
  })
})

import { describe, expect, it } from 'vitest'
import { SendWindow } from '../../../server/transport/send-window.ts'

const KB = 1024
const MAX_BYTES = 256 * KB

/** Writes a frame each time the last one has arrived over a line of so many bytes a millisecond. */
function measured(bytesPerMs: number, { frames = 6, roundTripMs = 2 } = {}) {
  const window = new SendWindow(MAX_BYTES)
  let nowMs = 0
  const carry = (bytes: number) => {
    window.wrote(bytes, nowMs)
    nowMs += roundTripMs + bytes / bytesPerMs
    window.acknowledge(window.writtenTotal, nowMs)
  }
  carry(40)
  for (let n = 0; n < frames; n++) carry(20 * KB)
  return { window, nowMs }
}

describe('[BP3] what is on its way', () => {
  it('is what was written and not acknowledged', () => {
    const window = new SendWindow(MAX_BYTES)
    window.wrote(1_000, 0)
    window.wrote(500, 10)
    expect(window).toMatchObject({ inFlightBytes: 1_500, writtenTotal: 1_500 })
    window.acknowledge(1_000, 20)
    expect(window.inFlightBytes).toBe(500)
    window.acknowledge(1_500, 30)
    expect(window.inFlightBytes).toBe(0)
  })

  it('is not changed by an acknowledgement of what was acknowledged already, or never written', () => {
    const window = new SendWindow(MAX_BYTES)
    window.wrote(1_000, 0)
    window.acknowledge(600, 10)
    for (const total of [600, 599, 0, 1_001, 2 ** 32 - 1]) window.acknowledge(total, 20)
    expect(window.inFlightBytes).toBe(400)
  })

  it('is right beyond 4 GiB, where acknowledged totals begin at zero again', () => {
    const window = new SendWindow(2 ** 33)
    for (let n = 0; n < 5; n++) {
      window.wrote(2 ** 30, n * 100)
      window.acknowledge(window.writtenTotal, n * 100 + 50)
    }
    window.wrote(700, 600)
    expect(window).toMatchObject({ inFlightBytes: 700, writtenTotal: 2 ** 30 + 700 })
    window.acknowledge(2 ** 30 + 700, 610)
    expect(window.inFlightBytes).toBe(0)
  })

  it('is as old as its oldest byte', () => {
    const window = new SendWindow(MAX_BYTES)
    expect(window.oldestMs(100)).toBe(0)
    window.wrote(100, 100)
    window.wrote(100, 130)
    expect(window.oldestMs(150)).toBe(50)
    window.acknowledge(100, 150)
    expect(window.oldestMs(150)).toBe(20)
  })
})

describe('[BP4] a patch may go out', () => {
  it('while little is on its way, however slow the line', () => {
    const { window, nowMs } = measured(10)
    window.wrote(12 * KB, nowMs)
    expect(window.takesPatch(18 * KB, nowMs)).toBe(true)
    expect(window.takesPatch(24 * KB, nowMs)).toBe(false)
  })

  it('while it would arrive within 100 ms', () => {
    const { window, nowMs } = measured(600)
    window.wrote(30 * KB, nowMs)
    expect(window.takesPatch(25 * KB, nowMs)).toBe(true)
    expect(window.takesPatch(35 * KB, nowMs)).toBe(false)
  })

  it('on a long line as well as on a short one: its round trip is no slowness', () => {
    const { window, nowMs } = measured(1_000, { roundTripMs: 300 })
    window.wrote(50 * KB, nowMs)
    expect(window.takesPatch(40 * KB, nowMs)).toBe(true)
  })

  it('up to the limit while nothing is known of the line', () => {
    const window = new SendWindow(MAX_BYTES)
    window.wrote(200 * KB, 0)
    expect(window.takesPatch(50 * KB, 10)).toBe(true)
    expect(window.takesPatch(60 * KB, 10)).toBe(false)
  })

  it('alone, however large', () => {
    const window = new SendWindow(MAX_BYTES)
    expect(window.takesPatch(MAX_BYTES * 2, 0)).toBe(true)
    expect(window.takes(MAX_BYTES * 2)).toBe(true)
  })

  it('after one acknowledgement that came late', () => {
    const { window, nowMs } = measured(1_000)
    window.wrote(20 * KB, nowMs)
    window.acknowledge(window.writtenTotal, nowMs + 200)
    window.wrote(20 * KB, nowMs + 200)
    expect(window.takesPatch(20 * KB, nowMs + 200)).toBe(true)
  })

  it('by what large frames need, also when small ones ride behind them', () => {
    const { window, nowMs } = measured(300)
    let at = nowMs
    for (let n = 0; n < 8; n++) {
      window.wrote(20 * KB, at)
      window.wrote(10, at + 65)
      at += 72
      window.acknowledge(window.writtenTotal, at)
    }
    window.wrote(20 * KB, at)
    expect(window.takesPatch(20 * KB, at + 5)).toBe(false)
  })

  it('all the time on a long and wide line on which much is on its way', () => {
    const window = new SendWindow(MAX_BYTES)
    const frames: { total: number; atMs: number }[] = []
    for (let nowMs = 0; nowMs < 3_000; nowMs += 30) {
      while (frames[0] && nowMs - frames[0].atMs >= 150) window.acknowledge(frames.shift()!.total, nowMs)
      expect(window.takesPatch(20 * KB, nowMs)).toBe(true)
      window.wrote(20 * KB, nowMs)
      frames.push({ total: window.writtenTotal, atMs: nowMs })
    }
    expect(window.inFlightBytes).toBeGreaterThan(80 * KB)
  })

  it('not after two seconds without an acknowledgement', () => {
    const window = new SendWindow(MAX_BYTES)
    window.wrote(9 * KB, 0)
    expect(window.takesPatch(100, 1_900)).toBe(true)
    expect(window.takesPatch(100, 2_100)).toBe(false)
  })

  it('at any time while so little is on its way that nobody was asked about it', () => {
    const window = new SendWindow(MAX_BYTES)
    window.wrote(8 * KB, 0)
    expect(window.takesPatch(100, 10_000)).toBe(true)
  })
})

import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { Bans } from '../../../server/transport/bans.ts'
import { Strikes } from '../../../server/transport/offences.ts'
import { TokenBucket } from '../../../server/transport/token-bucket.ts'
import { startTestServer } from '../../../testing/index.ts'
import { takeSeat } from '../../raw-seat.ts'

// Time is an argument here: what takes an hour takes no time.

const LADDER = { strikesToWarn: 5, strikesToKick: 10, strikesForgivenPerSecond: 1 }

it('[FW3] strikes add up to one warning, then to the end', () => {
  const strikes = new Strikes()
  const consequences = Array.from({ length: 5 }, () => strikes.add(2, 1_000, LADDER))
  expect(consequences).toEqual(['drop', 'drop', 'warn', 'drop', 'kick'])
})

it('[FW3] strikes are forgiven by the second, and who was forgiven all is warned again', () => {
  const strikes = new Strikes()
  let nowMs = 5_000
  for (let n = 0; n < 100; n++) {
    expect(strikes.add(1, nowMs, LADDER)).toBe('drop')
    nowMs += 1_000
  }
  for (let round = 0; round < 3; round++) {
    nowMs += 60_000
    expect(strikes.add(6, nowMs, LADDER)).toBe('warn')
  }
})

it('[FW5] a bucket gives its burst at once, then its rate, however long it ran', () => {
  const rate = { perSecond: 10, burst: 20 }
  const bucket = new TokenBucket()
  const takenAt = (nowMs: number) => {
    let taken = 0
    while (bucket.take(nowMs, rate)) taken++
    return taken
  }
  expect(takenAt(1_000)).toBe(20)
  expect(bucket.waitMs(rate)).toBe(100)
  expect(takenAt(1_000)).toBe(0)
  expect(takenAt(1_100)).toBe(1)
  expect(takenAt(2_100)).toBe(10)
  expect(takenAt(3_600_000)).toBe(20)
})

it('[FW5] what is larger than a bucket takes all there is in it, and only then', () => {
  const rate = { perSecond: 10, burst: 20 }
  const bucket = new TokenBucket()
  expect([bucket.take(0, rate, 500), bucket.take(1_000, rate, 500), bucket.take(2_000, rate, 500)]).toEqual([
    true,
    false,
    true,
  ])
})

const LIMITS = { kicksToBan: 2, kickMemoryMs: 10_000, banMs: 1_000 }

it('[FW9] sent away twice within the time means a ban for a while, once does not', () => {
  const bans = new Bans()
  const ann = { address: '192.0.2.1' }
  expect(bans.note(ann, 0, LIMITS)).toBe(false)
  expect(bans.note(ann, 20_000, LIMITS)).toBe(false)
  expect(bans.leftMs(ann, 20_000)).toBe(0)
  expect(bans.note(ann, 25_000, LIMITS)).toBe(true)
  expect([bans.leftMs(ann, 25_400), bans.leftMs(ann, 26_001)]).toEqual([600, 0])
  expect(bans.leftMs({ address: '192.0.2.2' }, 25_400)).toBe(0)
})

it('[FW9] a player is known by name at any address, and a network of IPv6 by any of its addresses', () => {
  const bans = new Bans()
  for (let time = 0; time < 2; time++) bans.note({ address: '2001:db8:1:2::77', identity: 'ann' }, 0, LIMITS)
  expect(bans.leftMs({ address: '2001:db8:1:2:ffff::1' }, 0)).toBe(1_000)
  expect(bans.leftMs({ address: '192.0.2.9', identity: 'ann' }, 0)).toBe(1_000)
  expect(bans.leftMs({ address: '2001:db8:1:3::77', identity: 'ben' }, 0)).toBe(0)
})

it('[FW9] nobody is banned for an address that stands for many, and memory stays bounded', () => {
  const bans = new Bans()
  for (let time = 0; time < 9; time++) expect(bans.note({ address: undefined }, 0, LIMITS)).toBe(false)
  expect(bans.leftMs({ address: undefined }, 0)).toBe(0)
  for (let n = 0; n < 50_000; n++)
    bans.note({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }, 0, LIMITS)
  expect(bans.size).toBe(10_000)
})

it('ws keeps what the firewall reaches for', async () => {
  await using server = await startTestServer({
    rooms: { any: class extends GameRoom {} },
    limits: { maxFragments: 9 },
  })
  const seat = await takeSeat(server.url, 'joinOrCreate/any')
  const socket = server.room('any', { id: seat.roomId }).clients[0]!.ref
  expect(socket).toMatchObject({
    _receiver: {
      ...{ _maxPayload: 16_384, _maxFragments: 9, _maxBufferedChunks: 1_024 },
      ...{ _state: 0, _fragmented: 0, _bufferedBytes: 0, _errored: false, _opcode: expect.any(Number) },
    },
    _socket: { encrypted: true },
    _closeTimeout: 5_000,
  })
  expect(socket).not.toHaveProperty('_autoPong')
  server.server.setLimits({ maxFragments: 3 })
  expect(socket).toMatchObject({ _receiver: { _maxFragments: 3 } })
  seat.socket.terminate()
})

import { expect, it, vi } from 'vitest'
import { wireOf } from '../../client-sdk/room.ts'
import { memoryStorage } from '../../client-sdk/storage.ts'
import { DEFAULT_LIMITS } from '../../server/index.ts'
import { eventually } from '../eventually.ts'
import { behindEachProxy } from './behind-each-proxy.ts'
import type { Site } from './site.ts'

const PLAYERS = 20
/** Just under what may wait for one client, `maxQueuedBytes`. */
const LARGEST_OUT = 262_000

type Player = Awaited<ReturnType<ReturnType<Site['connect']>['create']>>

behindEachProxy('a game', (at) => {
  it('[DP1] is joined and played', async () => {
    const ann = await at.site.connect().create('plaza')
    const ben = await at.site.connect().joinById('plaza', ann.id)
    ann.send('ring')
    await eventually(() => expect(ben.state.bell).toBe(1))
    expect(await ben.request('length', 'hello')).toBe(5)
    await Promise.all([ann.leave(), ben.leave()])
  })

  it('[DP1] carries the smallest and the largest messages both ways', async () => {
    const ann = await at.site.connect().create('plaza')
    expect(await ann.request('length', '')).toBe(0)
    const before = ann.traffic.sentBytes
    await ann.request('length', 'x'.repeat(16_000))
    // What a request is more than its text.
    const overhead = ann.traffic.sentBytes - before - 16_000
    const largest = DEFAULT_LIMITS.maxMessageBytes - overhead
    expect(await ann.request('length', 'x'.repeat(largest))).toBe(largest)
    const flyers: number[] = []
    ann.on('flyer', (text) => void flyers.push(text.length))
    ann.send('print', 0)
    ann.send('print', LARGEST_OUT)
    await eventually(() => expect(flyers).toEqual([0, LARGEST_OUT]))
    ann.send('paint', 300_000)
    await eventually(() => expect(ann.state.banner).toHaveLength(300_000))
    const ben = await at.site.connect().joinById('plaza', ann.id)
    expect(ben.state.banner).toHaveLength(300_000)
    await expect(ann.request('length', 'x'.repeat(largest + 1))).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    })
    await ben.leave()
  })

  it('[DP1] is come back to after a cut, and after a reload of the page', async () => {
    const storage = memoryStorage()
    const ann = await at.site.connect({ storage }).create('plaza')
    const statuses: string[] = []
    ann.onStatus((status) => void statuses.push(status))
    ann.send('cut')
    await eventually(() => expect(statuses).toEqual(['reconnecting', 'open']))
    expect(await ann.request('length', 'abc')).toBe(3)
    const token = ann.reconnectionToken
    wireOf(ann).reconnection.enabled = false
    ann.send('cut')
    await eventually(() => expect(ann.status).toBe('closed'))
    const again = await at.site.connect({ storage }).resume('plaza', token)
    expect(again).toMatchObject({ id: ann.id, sessionId: ann.sessionId, resumed: true })
    await again!.leave()
  })

  it('[DP2] takes up a renewed certificate while players play', async () => {
    const before = await at.site.fingerprint()
    const first = await at.site.connect().create('plaza')
    const players = [first]
    while (players.length < PLAYERS) players.push(await at.site.connect().joinById('plaza', first.id))
    const dropped = new Set<Player>()
    for (const player of players) {
      player.onStatus((status) => void (status === 'reconnecting' && dropped.add(player)))
    }
    // Caddy now and then lets one go on.
    const asExpected = () => {
      if (at.kind.keepsSockets) expect(dropped.size).toBe(0)
      else expect(dropped.size).toBeGreaterThan(PLAYERS / 2)
    }
    at.certificate.renew()
    await at.site.proxy.reload()
    await eventually(async () => expect(await at.site.fingerprint()).not.toBe(before))
    // A program that loses its sockets may do so a moment later.
    await vi.waitFor(asExpected, { timeout: 20_000 })
    await eventually(() => expect(players.map(({ status }) => status)).toEqual(players.map(() => 'open')))
    for (const player of players) player.send('ring')
    await eventually(() => expect(players.map(({ state }) => state.bell)).toEqual(players.map(() => PLAYERS)))
    asExpected()
    await Promise.all(players.map((player) => player.leave()))
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Room, wireOf } from '../../client-sdk/room.ts'
import { memoryStorage } from '../../client-sdk/storage.ts'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { Program } from '../program.ts'
import { Certificate, leadHere, NAME, openFolder } from './game-example.ts'
import type { PlazaRoom } from './plaza-room.ts'
import { PROXIES } from './proxy.ts'
import { RedisServer } from './redis-server.ts'
import { Site } from './site.ts'

const PROCESS = new URL('match-process.ts', import.meta.url).pathname

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

describe.each(PROXIES)('two match servers behind one name and $name', (kind) => {
  describe.skipIf(missing(kind.needs, 'openssl', 'redis'))('', () => {
    const stack = new AsyncDisposableStack()
    const processes: Program[] = []
    let redis: RedisServer
    let site: Site

    beforeAll(async () => {
      const folder = openFolder(stack)
      const certificate = new Certificate(folder)
      leadHere(certificate.root)
      redis = await RedisServer.start(stack, folder)
      const games = [await freePort(), await freePort()]
      const https = await freePort()
      for (const [index, port] of games.entries()) {
        const publicUrl = `wss://${NAME}:${https}/p${index + 1}`
        const options = { tls: 'proxy', port, publicUrl, redis: redis.url, log: 'info' }
        const program = new Program(process.execPath, [PROCESS, JSON.stringify(options)], {
          cwd: folder,
          env: { PATH: process.env['PATH'], HOME: folder, FAIRGROUND_SECRET: 'x'.repeat(40) },
        })
        processes.push(stack.use(program))
        await program.shows(/listening on/)
      }
      site = await Site.start(kind, stack, { folder, certificate, games, https })
    })
    afterAll(() => stack.disposeAsync())

    it('[DP5] lets joins go to any, and each player come to the server of its room', async () => {
      const players: Room<PlazaRoom>[] = []
      const pids: number[] = []
      // Colyseus opens rooms where the fewest are, as far as it has heard; it hears of them about once a second.
      await eventually(async () => {
        const player = await site.connect().create('plaza')
        players.push(player)
        pids.push(await player.request('pid', undefined))
        expect(new Set(pids)).toEqual(new Set(processes.map(({ pid }) => pid)))
      })
      for (const [index, player] of players.entries()) {
        const friend = await site.connect().joinById('plaza', player.id)
        expect(await friend.request('pid', undefined)).toBe(pids[index])
        friend.send('ring')
        await eventually(() => expect(player.state.bell).toBe(1))
        await friend.leave()
      }
      await Promise.all(players.map((player) => player.leave()))
    })

    it('[DP5] brings a player back to the server of its room after a cut and after a reload', async () => {
      for (let n = 0; n < 4; n++) {
        const storage = memoryStorage()
        const player = await site.connect({ storage }).create('plaza')
        const pid = await player.request('pid', undefined)
        const statuses: string[] = []
        player.onStatus((status) => void statuses.push(status))
        player.send('cut')
        await eventually(() => expect(statuses).toEqual(['reconnecting', 'open']))
        expect(await player.request('pid', undefined)).toBe(pid)
        const token = player.reconnectionToken
        wireOf(player).reconnection.enabled = false
        player.send('cut')
        await eventually(() => expect(player.status).toBe('closed'))
        const again = (await site.connect({ storage }).resume('plaza', token))!
        expect(again).toMatchObject({ id: player.id, sessionId: player.sessionId })
        expect(await again.request('pid', undefined)).toBe(pid)
        await again.leave()
      }
    })

    it('[DP6] loses nobody who plays while Redis is away, and takes joins again when it is back', async () => {
      const player = await site.connect().create('plaza')
      await redis.stop()
      player.send('ring')
      await eventually(() => expect(player.state.bell).toBe(1))
      await expect(site.connect().create('plaza')).rejects.toThrow()
      player.send('ring')
      await eventually(() => expect(player.state.bell).toBe(2))
      await redis.start()
      const newcomer = await vi.waitFor(() => site.connect().create('plaza'), {
        timeout: 25_000,
        interval: 500,
      })
      expect(player.status).toBe('open')
      // It has lost everything, and is told again what runs.
      const friend = await eventually(() => site.connect().joinById('plaza', player.id))
      await friend.leave()
      await Promise.all([player.leave(), newcomer.leave()])
    })

    it('[DP5] goes on with one server while the other is gone', async () => {
      await processes[1]!.stop()
      for (let n = 0; n < 4; n++) {
        const player = await vi.waitFor(() => site.connect().create('plaza'), {
          timeout: 25_000,
          interval: 500,
        })
        expect(await player.request('pid', undefined)).toBe(processes[0]!.pid)
        await player.leave()
      }
    })
  })
})

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, it } from 'vitest'
import { type ConnectOptions, connect } from '../../client-sdk/index.ts'
import { memoryStorage } from '../../client-sdk/storage.ts'
import { createServer } from '../../server/create-server.ts'
import { FairgroundError } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { freePort } from '../free-port.ts'
import { scratchFolder } from '../server/tls/scratch-folder.ts'
import { YardRoom } from './yard-room.ts'

class MembersRoom extends YardRoom {
  static override async onAuth(token: string): Promise<unknown> {
    if (token !== 'let-me-in') throw new FairgroundError('AUTH_FAILED', { message: 'Who are you?' })
    return { id: 'member-1', guest: false }
  }
}
const rooms = { yard: YardRoom, members: MembersRoom }

/** Who a room takes the player of a fresh page for. */
async function idOnVisit(url: string, options: ConnectOptions = {}): Promise<string> {
  const client = connect<{ readonly '~rooms': typeof rooms }>(url, options)
  const room = await client.joinOrCreate('yard')
  const id = await room.request('whoAmI', undefined)
  await room.leave()
  return id
}

it('is the same guest on every visit from the same browser, and another one from another', async () => {
  await using server = await startTestServer({ rooms })
  const browser = { storage: memoryStorage() }
  const first = await idOnVisit(server.url, browser)
  expect(first).toMatch(/^guest-[0-9a-f-]{36}$/)
  expect(await idOnVisit(server.url, browser)).toBe(first)
  expect(await idOnVisit(server.url)).not.toBe(first)
})

it('knows who it is before it joins anything', async () => {
  await using server = await startTestServer({ rooms })
  const client = server.connect()
  const identity = await client.identity()
  expect(identity).toMatchObject({ guest: true, id: expect.stringMatching(/^guest-/) })
  const room = await client.joinOrCreate('yard')
  expect(await room.request('whoAmI', undefined)).toBe(identity?.id)
})

it('signs in once, however many rooms are joined at the same time', async () => {
  await using server = await startTestServer({ rooms })
  const client = server.connect()
  const joined = await Promise.all([1, 2, 3].map(() => client.create('yard')))
  const ids = await Promise.all(joined.map((room) => room.request('whoAmI', undefined)))
  expect(new Set(ids).size).toBe(1)
})

it('forgets a forged token and becomes a new guest', async () => {
  await using server = await startTestServer({ rooms })
  const storage = memoryStorage()
  const first = await idOnVisit(server.url, { storage })
  const key = `fairground.guest:${server.url}`
  const [header, , signature] = storage.getItem(key)!.split('.')
  const payload = Buffer.from(JSON.stringify({ iss: 'fairground', sub: 'guest-admin' })).toString('base64url')
  storage.setItem(key, `${header}.${payload}.${signature}`)
  const second = await idOnVisit(server.url, { storage })
  expect(second).toMatch(/^guest-[0-9a-f-]{36}$/)
  expect(second).not.toBe(first)
  expect(await idOnVisit(server.url, { storage }), 'the new token is kept').toBe(second)
})

it('becomes a new guest when the server has lost its key while the page was open', async () => {
  const folders = { dataFolder: scratchFolder(), certsFolder: scratchFolder() }
  const port = await freePort()
  const start = async () => {
    const server = createServer({ rooms, log: 'silent', ...folders }, { manualTicks: true })
    const { caPath } = await server.listen({ port, host: '127.0.0.1' })
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath!, 'utf8')])
    return server
  }
  const server = await start()
  const client = connect<typeof server>(`wss://localhost:${port}`)
  const before = await client.identity()
  await server.close()
  rmSync(join(folders.dataFolder, 'guest-secret'))
  const restarted = await start()
  const room = await client.joinOrCreate('yard')
  const after = await room.request('whoAmI', undefined)
  expect(after).toMatch(/^guest-/)
  expect(after).not.toBe(before?.id)
  expect((await client.identity())?.id).toBe(after)
  await restarted.close()
})

it('keeps its tokens of different servers apart', async () => {
  await using server = await startTestServer({ rooms })
  const storage = memoryStorage()
  storage.setItem('fairground.guest:https://elsewhere.example', 'secret of another server')
  await idOnVisit(server.url, { storage })
  expect(storage.getItem('fairground.guest:https://elsewhere.example')).toBe('secret of another server')
})

it('sends a token of its own sign-in in place of a guest token, and shows the refusal of a wrong one', async () => {
  await using server = await startTestServer({ rooms })
  const member = server.connect({ token: 'let-me-in' })
  expect(await member.identity()).toBeUndefined()
  const room = await member.joinOrCreate('members')
  expect(await room.request('whoAmI', undefined)).toBe('member-1')
  await expect(server.connect({ token: 'guess' }).joinOrCreate('members')).rejects.toMatchObject({
    code: 'AUTH_FAILED',
    message: 'Who are you?',
  })
})

it('does not come into a room for guests with a token that says nothing there', async () => {
  await using server = await startTestServer({ rooms })
  await expect(server.connect({ token: 'let-me-in' }).joinOrCreate('yard')).rejects.toMatchObject({
    code: 'AUTH_FAILED',
  })
})

import { beforeEach, expect, it, vi } from 'vitest'
import { explainFetchFailure, explainSocketFailure } from '../../client-sdk/connection-errors.ts'
import { connect, FairgroundError } from '../../client-sdk/index.ts'
import { causesOfRefusal, causesOfSilence, type Page } from '../../client-sdk/likely-causes.ts'

// All that a browser's fetch says, whatever the reason: a server that is down, a certificate, another origin.
beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  return () => vi.unstubAllGlobals()
})

async function failure(url: string): Promise<FairgroundError> {
  const client = connect<{ readonly '~rooms': { readonly arena: new () => object } }>(url)
  const error = await client.joinOrCreate('arena').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(FairgroundError)
  return error as FairgroundError
}

it('pretends no diagnosis where the browser gives none', async () => {
  const error = await failure('wss://localhost:2567')
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retry: 'later' })
  expect(error.message).toBe(
    'The connection to https://localhost:2567 failed, and the browser does not say why.',
  )
  expect(error.cause).toBeInstanceOf(TypeError)
})

it.each([
  'wss://localhost:2567',
  'wss://127.0.0.1:2567',
  'wss://192.168.1.20:2567',
  'wss://10.0.0.2',
  'wss://172.20.0.2',
  'wss://[::1]:2567',
  'wss://box.local:2567',
])('near by (%s), suspects a server that is down and an untrusted certificate first', async (url) => {
  const { causes } = await failure(url)
  expect(causes[0]).toContain('No server is running')
  expect(causes[1]).toContain('open https://')
})

it('far away, suspects a server that is down first, and the certificate only then', async () => {
  const { causes } = await failure('wss://game.example')
  expect(causes[0]).toContain('No server is running at https://game.example')
  expect(causes[1]).toContain('lacks its intermediate one')
})

it('[CL13] names what decides', async () => {
  const error = await failure('wss://game.example:2567/pA')
  expect(error.next).toContain('npx fairground doctor wss://game.example:2567/pA finds out which it is')
})

/** A page at that address. */
function page(address: string): Page {
  const { protocol, host, origin } = new URL(address)
  return { protocol, host, origin }
}

it.each([
  ['https://game.example', 'https://game.example/play', 'does not answer any more'],
  ['https://localhost:2567', 'https://localhost:2567/', 'does not answer any more'],
  ['https://localhost:2567', 'http://localhost:2567/', "Port 2567 is this page's own and has no TLS"],
  ['https://localhost:2567', 'http://localhost:5173/', 'No server is running'],
  ['https://game.example', 'https://portal.example/', 'No server is running'],
])('[CL13] suspects first, of %s from a page at %s, that: %s', (url, address, first) => {
  expect(causesOfSilence(url, page(address))[0]).toContain(first)
})

it('[CL13] suspects a page of another site not to be allowed, but not one on this machine', () => {
  const allowed = 'Pages of https://portal.example are not allowed'
  expect(causesOfSilence('https://game.example', page('https://portal.example'))[1]).toContain(allowed)
  const near = causesOfSilence('https://localhost:2567', page('http://localhost:5173'))
  expect(near.join()).not.toContain('not allowed')
})

it('[CL13] suspects a page that was opened from a file', () => {
  for (const url of ['https://game.example', 'https://localhost:2567'])
    expect(causesOfSilence(url, page('file:///home/ann/index.html')).join(), url).toContain(
      'opened from a file',
    )
})

it('[CL13] suspects the network of a server in it, and a firewall on the way to an unusual port', () => {
  expect(causesOfSilence('https://192.168.1.20:2567', undefined)[2]).toContain('another network')
  expect(causesOfSilence('https://game.example:2567', undefined).join()).toContain('blocks port 2567')
  expect(causesOfSilence('https://game.example', undefined).join()).not.toContain('blocks port')
})

it('[CL13] when https answered, suspects a proxy first, on this machine a restart', () => {
  expect(causesOfRefusal('wss://game.example', page('https://game.example'))[0]).toContain('A proxy in front')
  expect(causesOfRefusal('wss://localhost:2567', page('http://localhost:5173'))[0]).toContain('restarted')
})

it("[CL13] when https answered, suspects another site's own policy", () => {
  const policy = 'Content-Security-Policy does not allow wss://game.example'
  expect(causesOfRefusal('wss://game.example', page('https://portal.example')).join()).toContain(policy)
  expect(causesOfRefusal('wss://game.example', page('https://game.example')).join()).not.toContain('Policy')
})

it('says OFFLINE when the device knows that it is', async () => {
  vi.stubGlobal('navigator', { onLine: false })
  expect(await failure('wss://game.example')).toMatchObject({ code: 'OFFLINE', retry: 'later' })
})

it('keeps an error that is explained already', async () => {
  const known = new FairgroundError('ROOM_FULL')
  expect(await explainFetchFailure(known, 'https://localhost')).toBe(known)
  expect(await explainSocketFailure(known, 'wss://localhost')).toBe(known)
})

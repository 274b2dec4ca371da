import { beforeEach, expect, it, vi } from 'vitest'
import { explainFetchFailure, explainSocketFailure } from '../../client-sdk/connection-errors.ts'
import { connect, FairgroundError } from '../../client-sdk/index.ts'

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
  expect(causes).toHaveLength(4)
  expect(causes[0]).toContain('No server is running')
  expect(causes[1]).toContain('open https://')
})

it('far away, suspects the certificate last', async () => {
  const { causes } = await failure('wss://game.example')
  expect(causes[0]).toContain('No server is running at https://game.example')
  expect(causes.at(-1)).toContain('not trusted')
})

it('says OFFLINE when the device knows that it is', async () => {
  vi.stubGlobal('navigator', { onLine: false })
  expect(await failure('wss://game.example')).toMatchObject({ code: 'OFFLINE', retry: 'later' })
})

it('keeps an error that is explained already', () => {
  const known = new FairgroundError('ROOM_FULL')
  expect(explainFetchFailure(known, 'https://localhost')).toBe(known)
  expect(explainSocketFailure(known, 'wss://localhost')).toBe(known)
})

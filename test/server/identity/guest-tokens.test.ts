import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, SignJWT } from 'jose'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { GuestTokens } from '../../../server/identity/guest-tokens.ts'
import { serverSecret } from '../../../server/server-secret.ts'
import { startTestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

const SECRET = randomBytes(32)
const ANN = { id: 'guest-ann', guest: true }
const DAY_S = 86_400
const tokens = new GuestTokens(SECRET)

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const nowS = () => Math.floor(Date.now() / 1000)

/** A token of these parts, with a signature of our key if `alg` is one. */
function forge(
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
  key: Uint8Array = SECRET,
): string {
  const signed = `${base64url(header)}.${base64url(claims)}`
  const hash = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }[String(header['alg'])]
  return `${signed}.${hash ? createHmac(hash, key).update(signed).digest('base64url') : ''}`
}
const claims = () => ({ iss: 'fairground', sub: ANN.id, iat: nowS(), exp: nowS() + 60 })

it('a guest is known again by the token that was signed for it, for 90 days', async () => {
  const token = await tokens.sign(ANN)
  expect(await tokens.verify(token)).toEqual(ANN)
  expect(await new GuestTokens(SECRET).verify(token), 'also after a restart').toEqual(ANN)
  const { iat, exp, ...rest } = decodeJwt(token)
  expect(exp! - iat!).toBe(90 * DAY_S)
  expect(rest, 'nothing else is told').toEqual({ iss: 'fairground', sub: ANN.id })
})

it('a token made by hand as we make them is good: the refusals below are for their own reasons', async () => {
  expect(await tokens.verify(forge({ alg: 'HS256' }, claims()))).toEqual(ANN)
})

it('a token of another key says nothing', async () => {
  expect(await tokens.verify(await new GuestTokens(randomBytes(32)).sign(ANN))).toBeUndefined()
  expect(await tokens.verify(forge({ alg: 'HS256' }, claims(), new Uint8Array(32)))).toBeUndefined()
})

it('a token with another payload, header or signature than it was signed with says nothing', async () => {
  const [header, payload, signature] = (await tokens.sign(ANN)).split('.') as [string, string, string]
  const admin = base64url({ ...claims(), sub: 'guest-admin' })
  for (const forged of [
    [header, admin, signature],
    [base64url({ alg: 'HS256', kid: 'other' }), payload, signature],
    [header, payload, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`],
    [header, payload, signature.slice(0, -4)],
    [header, payload, ''],
    [header, payload],
  ])
    expect(await tokens.verify(forged.join('.')), forged.join('.')).toBeUndefined()
})

it.each([
  { alg: 'none' },
  { alg: 'None' },
  { alg: 'HS384' },
  { alg: 'HS512' },
  { alg: 'RS256' },
  { alg: 'ES256' },
  {},
  { alg: 'HS256', crit: ['b64'], b64: false },
  { alg: 'HS256', crit: ['unknown'], unknown: 1 },
])('a token signed in another way than ours says nothing: %j', async (header) => {
  expect(await tokens.verify(forge(header, claims()))).toBeUndefined()
})

it.each([
  ['that has expired', { exp: nowS() - 1 }],
  ['that is not good yet', { nbf: nowS() + 3600 }],
  ['of another issuer', { iss: 'elsewhere' }],
  ['without an issuer', { iss: undefined }],
  ['for nobody', { sub: undefined }],
  ['for a number', { sub: 7 }],
  ['whose end is text', { exp: 'never' }],
])('a token %s says nothing, though our key signed it', async (_what, changed) => {
  expect(await tokens.verify(forge({ alg: 'HS256' }, { ...claims(), ...changed }))).toBeUndefined()
})

it('a token ends after its 90 days', async () => {
  const signedS = nowS() - 90 * DAY_S - 1
  const old = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer('fairground').setSubject(ANN.id)
  const token = await old
    .setIssuedAt(signedS)
    .setExpirationTime(signedS + 90 * DAY_S)
    .sign(SECRET)
  expect(await tokens.verify(token)).toBeUndefined()
})

it.each([
  '',
  '.',
  '..',
  'text',
  'a.b.c',
  '{}',
  'x'.repeat(10_000),
  '\u0000',
  'ey.ey.ey',
  base64url({ alg: 'none' }),
])('what is no token says nothing (case %#)', async (text) => {
  expect(await tokens.verify(text)).toBeUndefined()
})

it('every new guest is somebody else', () => {
  const ids = Array.from({ length: 100 }, () => tokens.newGuest().id)
  expect(new Set(ids).size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^guest-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

it('a server gives a token to a guest, renews it for the same one, and a forged one makes a new guest', async () => {
  await using server = await startTestServer({ rooms: { yard: YardRoom } })
  type SignIn = { identity: { id: string }; token: string }
  const signIn = async (token?: string): Promise<SignIn> => {
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return (await (await fetch(`${server.url}/auth/guest`, { method: 'POST', headers })).json()) as SignIn
  }
  const first = await signIn()
  expect((await signIn(first.token)).identity).toEqual(first.identity)
  const forged = forge({ alg: 'none' }, { ...claims(), sub: first.identity.id })
  for (const token of [forged, 'text', `${first.token}x`])
    expect((await signIn(token)).identity.id).not.toBe(first.identity.id)
})

describe('the key', () => {
  it('is made once, kept where only its owner can read it, and found again', () => {
    const folder = join(scratchFolder(), 'data')
    const secret = serverSecret(folder)
    expect(secret).toHaveLength(32)
    expect(serverSecret(folder)).toEqual(secret)
    expect(new Uint8Array(readFileSync(join(folder, 'guest-secret')))).toEqual(secret)
    if (process.platform === 'win32') return
    expect(statSync(join(folder, 'guest-secret')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('differs from user to user', () => {
    expect(serverSecret(scratchFolder())).not.toEqual(serverSecret(scratchFolder()))
  })

  it.each([0, 5, 31])('is not taken from a file that lost its content: %d bytes', (bytes) => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'guest-secret'), new Uint8Array(bytes))
    expect(serverSecret(folder).length).toBeGreaterThanOrEqual(32)
    expect(serverSecret(folder)).toEqual(serverSecret(folder))
  })

  it('comes from FAIRGROUND_SECRET where it is set, if that is long enough', () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('FAIRGROUND_SECRET', 'x'.repeat(32))
    expect(serverSecret('/nowhere/at/all')).toEqual(new TextEncoder().encode('x'.repeat(32)))
    vi.stubEnv('FAIRGROUND_SECRET', 'hunter2')
    expect(() => serverSecret('/nowhere/at/all')).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.not.stringContaining('hunter2') }),
    )
  })
})

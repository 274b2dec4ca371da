import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { PAGE_STYLE } from '../../../server/http/ca-page/ca-page-style.ts'
import { startTestServer } from '../../../testing/index.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { opensslChain } from '../tls/openssl-chain.ts'
import { scratchFolder } from '../tls/scratch-folder.ts'

const rooms = { yard: YardRoom }
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1'

it('[TL10] offers the authority to phones and others, in the form that each of them takes', async () => {
  await using server = await startTestServer({ rooms })
  const ca = new X509Certificate(readFileSync(server.server.address!.caPath!))
  const get = async (name: string) => {
    const response = await fetch(`${server.url}/ca/fairground-ca.${name}`)
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="fairground-ca.${name}"`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    return { type: response.headers.get('content-type'), body: Buffer.from(await response.arrayBuffer()) }
  }
  const crt = await get('crt')
  expect(crt.type).toBe('application/x-x509-ca-cert')
  expect(crt.body.equals(ca.raw)).toBe(true)

  const pem = await get('pem')
  expect(pem.type).toMatch(/^application\/x-pem-file/)
  expect(new X509Certificate(pem.body).fingerprint256).toBe(ca.fingerprint256)

  const profile = await get('mobileconfig')
  expect(profile.type).toMatch(/^application\/x-apple-aspen-config/)
  const text = String(profile.body)
  const [, inside] = /<data>([\w+/=]+)<\/data>/.exec(text)!
  expect(Buffer.from(inside!, 'base64').equals(ca.raw)).toBe(true)
  expect(text.match(/com\.apple\.\w+\.\w+/g), 'a certificate and nothing else').toEqual([
    'com.apple.security.root',
  ])
  const uuids = text.match(/\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/g)
  expect(new Set(uuids).size).toBe(2)
  expect(String((await get('mobileconfig')).body), 'installed again it replaces itself').toBe(text)
})

it.each([
  ['an iPhone', IPHONE, '', 'iPhone and iPad', 'ca/fairground-ca.mobileconfig'],
  ['an Android phone', 'Mozilla/5.0 (Linux; Android 16; Pixel 9)', '', 'Android', 'ca/fairground-ca.crt'],
  ['Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', '', 'certutil -user', 'ca/fairground-ca.crt'],
  [
    'a Mac',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0)',
    '',
    'security add-trusted',
    'ca/fairground-ca.pem',
  ],
  ['Firefox on Linux', 'X11; Linux x86_64; rv:150.0) Firefox/150.0', '', 'Import', 'ca/fairground-ca.pem'],
  ['whoever asks for another device', IPHONE, '?for=android', 'Install anyway', 'ca/fairground-ca.crt'],
  ['one that asks for nonsense', IPHONE, '?for=%3Cscript%3E', 'iPhone', 'ca/fairground-ca.mobileconfig'],
])('tells %s its own steps first', async (_who, userAgent, query, words, file) => {
  await using server = await startTestServer({ rooms })
  const response = await fetch(`${server.url}/ca${query}`, { headers: { 'user-agent': userAgent } })
  const page = await response.text()
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page).toContain(words)
  expect(page).toContain(`id="download" href="${file}"`)
  expect(page).not.toContain('<script>')
  const { fingerprint256 } = new X509Certificate(readFileSync(server.server.address!.caPath!))
  const [, shown] = /<p class="fingerprint">(.*?)<\/p>/.exec(page)!
  expect(
    shown!
      .replace(/<[^>]+>/g, ' ')
      .match(/\w\w/g)
      ?.join(':'),
  ).toBe(fingerprint256)
})

it('has what its page links to, under any path prefix, and a policy of its own', async () => {
  await using server = await startTestServer({ rooms, contentSecurityPolicy: false })
  const response = await fetch(`${server.url}/ca`)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  const links = [...(await response.text()).matchAll(/(?:href|src)="([^"?]+)"/g)].map(([, link]) => link!)
  expect(links).toEqual(['ca/page.css', 'ca/page.js', expect.stringMatching(/^ca\/fairground-ca\.\w+$/)])
  for (const link of links) expect((await fetch(`${server.url}/${link}`)).status).toBe(200)
  const slash = await fetch(`${server.url}/ca/?for=ios`, { redirect: 'manual' })
  expect([slash.status, slash.headers.get('location')]).toEqual([302, '../ca'])
})

it("cannot be taken over by the game's own pages, and nothing of the authority's folder shows", async () => {
  const web = scratchFolder()
  mkdirSync(join(web, 'ca'))
  writeFileSync(join(web, 'index.html'), 'the game')
  for (const name of ['index.html', 'fairground-ca.crt', 'page.js', 'own.html', 'ca.key']) {
    writeFileSync(join(web, 'ca', name), 'claimed')
  }
  await using server = await startTestServer({ rooms, web })
  const at = async (path: string) => {
    const response = await fetch(server.url + path)
    return `${response.status} ${await response.text()}`
  }
  expect(await at('/')).toBe('200 the game')
  expect(await at('/ca')).toContain('Open the game')
  for (const path of ['/ca', '/ca/', '/ca/fairground-ca.crt', '/ca/page.js']) {
    expect(await at(path)).not.toContain('claimed')
  }
  for (const path of ['/ca/own.html', '/ca/ca.key', '/ca/ca.pem', '/ca/..%2fca.key', '/ca/%2e%2e/x']) {
    expect(await at(path)).toMatch(/^404 /)
  }
})

it('offers an authority that was renewed while the server runs, and says so when there is none to read', async () => {
  await using server = await startTestServer({ rooms })
  const { caPath } = server.server.address!
  const other = readFileSync(opensslChain(scratchFolder()).root, 'utf8')
  writeFileSync(caPath!, `${other}\nwhatever else stands there`)
  const given = await fetch(`${server.url}/ca/fairground-ca.pem`)
  expect((await given.text()).trim()).toBe(new X509Certificate(other).toString().trim())
  rmSync(caPath!)
  const missing = await fetch(`${server.url}/ca`)
  expect(await missing.json()).toMatchObject({ name: 'CERTIFICATE_UNREADABLE' })
})

it('is not there in production, nor with a certificate of another authority', async () => {
  const { fullchain, key } = opensslChain(scratchFolder(), { name: 'localhost' })
  {
    await using own = await startTestServer({ rooms, tls: { files: { cert: fullchain, key } } })
    expect(await statusWithoutTrust(`${own.url}/ca`)).toBe(404)
  }
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())
  await using production = await startTestServer({ rooms, tls: 'dev' })
  for (const path of ['/ca', '/ca/fairground-ca.crt']) {
    expect((await fetch(production.url + path)).status).toBe(404)
  }
})

it('looks like the pages in web/, which the package does not have', () => {
  const colours = (css: string) => css.match(/^ {2}--[\w-]+: .*;$/gm)
  const theme = readFileSync(new URL('../../../web/theme.css', import.meta.url), 'utf8')
  expect(colours(PAGE_STYLE)).toEqual(colours(theme))
})

async function statusWithoutTrust(url: string): Promise<number | undefined> {
  const { request } = await import('node:https')
  return new Promise((resolve, reject) => {
    request(url, { rejectUnauthorized: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', reject)
      .end()
  })
}

import { once } from 'node:events'
import { request as askHttp } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { createServer } from '../../server/index.ts'
import { startTestServer } from '../../testing/index.ts'
import { openFolder } from './game-example.ts'
import { rooms } from './plaza-room.ts'

const CLAIM = '203.0.113.9'
const CLAIMS = {
  'X-Forwarded-For': CLAIM,
  'X-Forwarded-Proto': 'https',
  'X-Real-IP': CLAIM,
  'X-Client-IP': CLAIM,
  Forwarded: `for=${CLAIM};proto=https`,
  'CF-Connecting-IP': CLAIM,
  'True-Client-IP': CLAIM,
}

it('[PX3] a client of a server without a proxy cannot claim an address', async () => {
  await using test = await startTestServer({ rooms })
  const answer = await fetch(`${test.url}/matchmake/joinOrCreate/mirror`, {
    ...{ method: 'POST', body: '{}', headers: CLAIMS },
  })
  const { error } = (await answer.json()) as { error: string }
  const { ip, headers } = JSON.parse(error) as { ip: string; headers: string[] }
  expect(['127.0.0.1', '::1']).toContain(ip)
  expect(headers.filter((name) => Object.keys(CLAIMS).some((claim) => claim.toLowerCase() === name))).toEqual(
    [],
  )
})

it('[PX2] who comes past the proxy cannot claim to have come through it', async () => {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const server = createServer({
    ...{ rooms, tls: 'proxy', trustedProxies: ['127.0.0.1'], log: 'silent' },
    dataFolder: openFolder(stack),
  })
  stack.defer(() => server.close())
  const { port } = await server.listen({ port: 0 })
  const statusFrom = async (localAddress: string) => {
    const where = { host: '127.0.0.1', port, localAddress, path: '/matchmake/joinOrCreate/mirror' }
    const request = askHttp({ ...where, method: 'POST', headers: CLAIMS, agent: false })
    request.end('{}')
    const [response] = await once(request, 'response')
    response.resume()
    return response.statusCode
  }
  expect(await statusFrom('127.0.0.2')).toBe(426)
  expect(await statusFrom('127.0.0.1')).not.toBe(426)
})

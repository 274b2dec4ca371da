import { expect, it } from 'vitest'
import { connect, FairgroundError } from '../../client-sdk/index.ts'
import { freePort } from '../free-port.ts'
import { plainServer, rudeServer, tlsServer } from './stranger-servers.ts'

interface AnyRooms {
  readonly '~rooms': { readonly arena: new () => object }
}

/** Why a join at that address fails. */
async function failure(url: string): Promise<FairgroundError> {
  const error = await connect<AnyRooms>(url)
    .joinOrCreate('arena')
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error).toBeInstanceOf(FairgroundError)
  return error as FairgroundError
}

it('says SERVER_DOWN where nothing listens, with the address and what to do', async () => {
  const port = await freePort()
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'SERVER_DOWN', retry: 'later', causes: [] })
  expect(error.message).toBe(`Nothing answers at that address and port (https://localhost:${port}).`)
  expect(error.next).toContain('Start the server')
})

it('says HOST_UNKNOWN for a host name that does not exist', async () => {
  const error = await failure('wss://no-such-host.invalid:2567')
  expect(error).toMatchObject({ code: 'HOST_UNKNOWN', retry: 'change' })
})

it('says CERTIFICATE_UNTRUSTED for an authority this machine does not know', async () => {
  const port = await tlsServer((_, response) => response.end(), { trusted: false })
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'CERTIFICATE_UNTRUSTED', retry: 'change' })
  expect(error.message).toMatch(/development authority \("Fairground development CA \w+"\)/)
  expect(error.next).toContain('NODE_EXTRA_CA_CERTS')
})

it('says CERTIFICATE_WRONG_NAME when the certificate is for another name', async () => {
  const port = await tlsServer((_, response) => response.end(), { names: ['localhost'] })
  expect(await failure(`wss://127.0.0.1:${port}`)).toMatchObject({ code: 'CERTIFICATE_WRONG_NAME' })
})

it('says CERTIFICATE_EXPIRED when its time is over', async () => {
  const port = await tlsServer((_, response) => response.end(), { notAfterMs: Date.now() - 3_600_000 })
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'CERTIFICATE_EXPIRED' })
  expect(error.next).toContain('clock')
})

it('says CERTIFICATE_NOT_YET_VALID when its time has not come', async () => {
  const notBeforeMs = Date.now() + 3_600_000
  const port = await tlsServer((_, response) => response.end(), { notBeforeMs, notAfterMs: notBeforeMs * 2 })
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'CERTIFICATE_NOT_YET_VALID' })
  expect(error.next).toContain('clock')
})

it('says WRONG_SCHEME when wss meets a server without TLS', async () => {
  const port = await plainServer((_, response) => response.end('hello'))
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'WRONG_SCHEME', retry: 'change' })
})

it('says WRONG_SCHEME when ws meets a server with TLS', async () => {
  const port = await tlsServer((_, response) => response.end())
  expect(await failure(`ws://localhost:${port}`)).toMatchObject({ code: 'WRONG_SCHEME' })
})

it.each([
  ['has no such pages', 404, 'Nothing here.'],
  ['answers everything with a page', 200, '<!doctype html><title>Shop</title>'],
  ['answers everything with some JSON', 200, '{"hello":"world"}'],
  ['does not take POST', 405, 'Method Not Allowed'],
])('says URL_INVALID for a web server that %s', async (_what, status, body) => {
  const port = await tlsServer((_request, response) => void response.writeHead(status).end(body))
  const error = await failure(`wss://localhost:${port}`)
  expect(error.code).toBe('URL_INVALID')
  expect(error.message).toBe(`https://localhost:${port} is not a match server.`)
})

it('says VERSION_MISMATCH to a server that speaks a later version', async () => {
  const port = await tlsServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url?.startsWith('/auth')) response.writeHead(404).end()
    else response.end(JSON.stringify({ name: 'arena', roomId: 'r', sessionId: 's', fairground: 2 }))
  })
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'VERSION_MISMATCH' })
  expect(error.next).toContain('Reload')
})

it('says that the connection was cut when the server hangs up, and what finds out why', async () => {
  const port = await rudeServer()
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retry: 'later', causes: [] })
  expect(error.message).toBe(`The connection was cut before the server answered (https://localhost:${port}).`)
  expect(error.next).toContain(`npx fairground doctor wss://localhost:${port}`)
  expect(error.cause).toBeInstanceOf(Error)
})

it.each([502, 503, 504])('says SERVER_DOWN when a proxy answers %i in its place', async (status) => {
  const port = await tlsServer((_, response) => void response.writeHead(status).end('<h1>nginx</h1>'))
  const error = await failure(`wss://localhost:${port}`)
  expect(error).toMatchObject({ code: 'SERVER_DOWN', retry: 'later' })
  expect(error.message).toContain(`status ${status}`)
})

it('says INTERNAL when the server itself fails', async () => {
  const port = await tlsServer((_, response) => void response.writeHead(500).end('oops'))
  expect(await failure(`wss://localhost:${port}`)).toMatchObject({ code: 'INTERNAL', retry: 'later' })
})

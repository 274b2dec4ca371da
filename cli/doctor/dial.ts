import { request as plainRequest } from 'node:http'
import { type RequestOptions, request as secureRequest } from 'node:https'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import { lookupOf, type Reached } from './patient.ts'

/** More of an answer than this says nothing new. */
const MAX_BODY_BYTES = 64 * 1024

/** What a web server answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** The system's or the TLS library's name of what went wrong: `ECONNREFUSED`, or `ETIMEDOUT` for our own limit. */
export function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? code : String(message)
}

function timedOut(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
}

/** Opens a connection, within the time. @throws the system's error */
function opened<S extends Socket>(socket: S, event: string, timeoutMs: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(timedOut()), timeoutMs)
    socket.once(event, () => {
      clearTimeout(timer)
      // What still goes wrong once the check has its answer is of no interest.
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
  })
}

export function dialTcp(ip: string, port: number, timeoutMs: number): Promise<Socket> {
  return opened(connectTcp({ host: ip, port }), 'connect', timeoutMs)
}

/** A TLS connection that is judged by the check that wants it: here nothing is refused. */
export function dialTls(patient: Reached, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { ip, target, timeoutMs } = patient
  const socket = connectTls({ host: ip, port: target.port, ...identity(patient), ...options })
  return opened(socket, 'secureConnect', timeoutMs)
}

/** The certificate has checks of its own; the others look at whatever is behind it. */
function identity({ target }: Reached): ConnectionOptions {
  return {
    rejectUnauthorized: false,
    // Nothing secret is ever sent. An address is no server name (RFC 6066).
    ...(isIP(target.host) === 0 && { servername: target.host }),
  }
}

function asBrowser(patient: Reached): ConnectionOptions {
  return { ...identity(patient), lookup: lookupOf(patient), ALPNProtocols: ['http/1.1'] }
}

/** Asks over https, below the prefix. @throws the system's error */
export function ask(
  patient: Reached,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { target } = patient
  return answered(patient, body, {
    ...asBrowser(patient),
    ...{ host: target.host, port: target.port, method, path: `${target.prefix}${path}` },
    headers: { host: target.authority, ...headers },
    protocol: 'https:',
  })
}

/** Asks without TLS; a status of 101 means that a WebSocket would have opened. @throws the system's error */
export function askPlainly(
  patient: Reached,
  port: number,
  { path, headers = {} }: { path: string; headers?: Record<string, string> },
): Promise<Answer> {
  const { host } = patient.target
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}${port === 80 ? '' : `:${port}`}`
  return answered(patient, undefined, {
    ...{ host, port, path, protocol: 'http:' },
    headers: { host: authority, ...headers },
  })
}

function answered(patient: Reached, body: string | undefined, options: RequestOptions): Promise<Answer> {
  const request = options.protocol === 'http:' ? plainRequest : secureRequest
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent: false, lookup: lookupOf(patient) })
    const timer = setTimeout(() => sent.destroy(timedOut()), patient.timeoutMs)
    const settle = (action: () => void): void => {
      clearTimeout(timer)
      action()
    }
    sent.on('error', (error) => settle(() => reject(error)))
    sent.on('upgrade', ({ headers }, socket) => {
      socket.destroy()
      settle(() => resolve({ status: 101, headers, body: '' }))
    })
    sent.on('response', (response) => {
      let text = ''
      const done = (): void =>
        settle(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
        if (text.length > MAX_BODY_BYTES) response.destroy()
      })
      response.on('close', done)
      response.on('error', () => {})
    })
    sent.end(body)
  })
}

/** An open WebSocket, or what came instead of one. */
export type Dialled = { socket: WebSocket; answer?: never } | { socket?: never; answer: Answer }

/** Opens a WebSocket below the prefix, as a browser's page of that origin would. @throws the system's error */
export function dialWebSocket(patient: Reached, path: string, origin?: string): Promise<Dialled> {
  const { target, timeoutMs } = patient
  const socket = new WebSocket(`wss://${target.authority}${target.prefix}${path}`, {
    ...asBrowser(patient),
    ...(origin !== undefined && { origin }),
    perMessageDeflate: false,
    handshakeTimeout: timeoutMs,
  })
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.on('error', () => {})
      resolve({ socket })
    })
    socket.once('error', (error) =>
      reject(error.message.includes('timed out') ? Object.assign(error, { code: 'ETIMEDOUT' }) : error),
    )
    socket.once('unexpected-response', (request, { statusCode: status = 0, headers }) => {
      request.destroy()
      resolve({ answer: { status, headers, body: '' } })
    })
  })
}

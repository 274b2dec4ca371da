/** Clients of several loopback addresses, below the SDK. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly body: any
}

export interface Asking {
  method?: string
  body?: string
  headers?: Record<string, string>
  /** Which of this machine's addresses asks. */
  from?: string
  agent?: Agent
}

/** One request, as no SDK would send it. */
export async function ask(url: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'POST', body = '{}', headers = {}, from = '127.0.0.1', agent } = asking
  const outgoing = request(url.replace('localhost', '127.0.0.1'), {
    method,
    headers,
    localAddress: from,
    rejectUnauthorized: false,
    agent: agent ?? false,
  })
  outgoing.end(method === 'POST' ? body : undefined)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const text = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode!, headers: answer.headers, body: parsed(text) }
}

/** Many requests one after the other on one connection; the answers. */
export async function askOften(times: number, url: string, asking: Asking = {}): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  try {
    return await Promise.all(Array.from({ length: times }, () => ask(url, { ...asking, agent })))
  } finally {
    agent.destroy()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Sends these bytes over TLS and reads the answer until the server closes. */
export async function exchange(port: number, bytes: string): Promise<string> {
  const socket = await dial(port)
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  socket.write(bytes)
  if (!socket.closed) await once(socket, 'close')
  return answer
}

export async function dial(port: number, from = '127.0.0.1'): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, rejectUnauthorized: false } as never)
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

/** Opens a WebSocket; its status where the server refuses it. */
export async function openSocket(
  url: string,
  {
    from = '127.0.0.1',
    protocols = [],
    headers = {},
  }: { from?: string; protocols?: string[]; headers?: object } = {},
): Promise<WebSocket | number> {
  const socket = new WebSocket(url.replace('localhost', '127.0.0.1').replace('https:', 'wss:'), protocols, {
    localAddress: from,
    rejectUnauthorized: false,
    headers: headers as Record<string, string>,
  })
  onTestFinished(() => socket.terminate())
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
}

/** The number of refusals of a kind that the metrics of a server tell. */
export async function refusals(url: string, kind: string): Promise<number> {
  const { body } = await ask(`${url}/metrics`, { method: 'GET' })
  const line = new RegExp(`^fairground_refusals_total\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(body as string)
  return Number(line?.[1] ?? 0)
}

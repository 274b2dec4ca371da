/** Clients of several loopback addresses, below the SDK. */
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { ask } from '../../ask.ts'

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

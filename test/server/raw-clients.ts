/** Clients that do on a socket what no honest one does. Each ends with the test. */
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'

const host = '127.0.0.1'
const DRIP_MS = 40

export async function tcp(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

export async function tls(port: number): Promise<Socket> {
  const socket = connectTls({ port, host, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

/** The first bytes of a handshake, as OpenSSL sends them. */
export async function clientHello(): Promise<Buffer> {
  const [near, far] = duplexPair()
  const client = connectTls({ socket: near, servername: 'localhost' })
  client.on('error', () => {})
  const [bytes] = (await once(far, 'data')) as [Buffer]
  client.destroy()
  return bytes
}

/** Sends these one by one until the connection is closed, and then nothing more. */
export function drip(socket: Socket, bytes: Buffer | string, everyMs = DRIP_MS): void {
  let sent = 0
  const timer = setInterval(() => {
    if (sent < bytes.length && !socket.destroyed) socket.write(bytes.slice(sent, ++sent))
  }, everyMs)
  socket.once('close', () => clearInterval(timer))
}

/** Settles when the connection is gone, in whatever way: `once()` would take a reset for a failure. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((done) => void socket.once('close', () => done()))
}

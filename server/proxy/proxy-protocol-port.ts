import type { Server, Socket } from 'node:net'
import type { Logger } from '../log.ts'
import { noteConnection } from './caller.ts'
import { readProxyHeader } from './proxy-protocol.ts'
import { plainAddress, type TrustedProxies } from './trusted-proxies.ts'

export interface ProxyProtocolOptions {
  readonly trusted: TrustedProxies
  /** Time for the header to arrive, in milliseconds. */
  readonly timeoutMs: number
  readonly log: Logger
}

/**
 * Makes a server of any kind expect a PROXY protocol header before everything else on each connection, and take none
 * but from the named proxies: a header from anybody else would be a claim about who he is, and who sends none came
 * past the proxy. Both are cut off.
 *
 * @param server an http, https or net server that does not listen yet
 */
export function expectProxyHeaders(server: Server, options: ProxyProtocolOptions): void {
  const serve = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const { trusted, log } = options
    const peer = plainAddress(socket.remoteAddress ?? '')
    socket.on('error', ignore)
    if (!trusted.trusts(peer)) {
      log.debug({ peer }, 'connection past the proxy refused')
      socket.destroy()
      return
    }
    readHeader(socket, options, () => {
      socket.off('error', ignore)
      for (const listener of serve) listener.call(server, socket)
    })
  })
}

function readHeader(socket: Socket, { timeoutMs, log }: ProxyProtocolOptions, done: () => void): void {
  const timer = setTimeout(() => socket.destroy(), timeoutMs)
  let held: Buffer = Buffer.alloc(0)
  const onReadable = (): void => {
    for (let chunk = socket.read() as Buffer | null; chunk; chunk = socket.read() as Buffer | null) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const result = readProxyHeader(held)
      if (result.state === 'more') continue
      stop()
      if (result.state === 'invalid') {
        log.debug({ peer: socket.remoteAddress }, 'no PROXY protocol header')
        socket.destroy()
        return
      }
      noteConnection(socket, result.connection)
      const rest = held.subarray(result.bytes)
      if (rest.length > 0) socket.unshift(rest)
      done()
      return
    }
  }
  const stop = (): void => {
    clearTimeout(timer)
    socket.off('readable', onReadable)
    socket.off('close', stop)
  }
  socket.on('readable', onReadable)
  socket.on('close', stop)
}

function ignore(): void {}

import type { Server as PlainServer } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import { FairgroundError } from '../../shared/errors.ts'
import { limitSocketAccess, prepareSocketPath, unusable } from '../proxy/unix-socket.ts'
import type { Place } from './place.ts'

export type AnyServer = SecureServer | PlainServer

/** The ports of one match server, with every connection on them: opened one by one, closed together. */
export class OpenPorts {
  readonly #servers = new Set<AnyServer>()
  /** Node's own closeAllConnections() forgets those that have not sent a request yet, and close() waits for them. */
  readonly #sockets = new Set<Socket>()

  /**
   * @param option the one that says which port it is, for the advice when it is taken
   * @throws FairgroundError PORT_IN_USE, PORT_FORBIDDEN, HOST_UNAVAILABLE or OPTION_INVALID; the port stays closed
   */
  async open(server: AnyServer, place: Place, option = '--port'): Promise<void> {
    this.#servers.add(server)
    server.prependListener('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    if ('socketPath' in place) await prepareSocketPath(place.socketPath)
    await listen(server, place).catch((error: NodeJS.ErrnoException) => {
      throw explain(error, place, option)
    })
    if ('socketPath' in place) limitSocketAccess(place.socketPath)
  }

  /** Closes every port and cuts every connection. */
  async close(): Promise<void> {
    const servers = [...this.#servers]
    this.#servers.clear()
    const closed = servers.map((server) => new Promise<void>((done) => server.close(() => done())))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }
}

function listen(server: AnyServer, place: Place): Promise<void> {
  const where =
    'socketPath' in place
      ? { path: place.socketPath }
      : { port: place.port, ...(place.host !== undefined && { host: place.host }) }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      server.on('error', () => {})
      resolve()
    })
  })
}

function explain(error: NodeJS.ErrnoException, place: Place, option: string): Error {
  if ('socketPath' in place) return unusable(place.socketPath, error)
  const { port, host } = place
  switch (error.code) {
    case 'EADDRINUSE':
      return new FairgroundError('PORT_IN_USE', {
        message: `Port ${port} is taken by another program.`,
        next: `Stop that program, or choose another port: ${option} ${port + 1}`,
        cause: error,
      })
    case 'EACCES':
      return new FairgroundError('PORT_FORBIDDEN', {
        message: `This user may not listen on port ${port}.`,
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new FairgroundError('HOST_UNAVAILABLE', {
        message: `This machine has no address "${host}".`,
        cause: error,
      })
    default:
      return error
  }
}

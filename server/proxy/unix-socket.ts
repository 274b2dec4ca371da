import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { FairgroundError } from '../../shared/errors.ts'
import { systemCode, systemReason } from '../tls/files.ts'

/** Longest path that every system takes for a socket, in bytes. */
const MAX_PATH_BYTES = 103

/**
 * Makes room for a Unix socket: one that a dead process left behind is removed, a living server's and anything that
 * is no socket stays.
 *
 * @throws FairgroundError PORT_IN_USE, OPTION_INVALID or HOST_UNAVAILABLE
 */
export async function prepareSocketPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new FairgroundError('OPTION_INVALID', {
      message: `The socket path ${path} is longer than the ${MAX_PATH_BYTES} bytes that systems take.`,
    })
  }
  let isSocket: boolean
  try {
    isSocket = lstatSync(path).isSocket()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw unusable(path, error)
  }
  if (!isSocket) {
    throw new FairgroundError('OPTION_INVALID', {
      message: `${path} is there already and is no socket; it was left as it is.`,
      next: 'Choose another path for the socket.',
    })
  }
  if (await answers(path)) {
    throw new FairgroundError('PORT_IN_USE', {
      message: `A server listens on the socket ${path} already.`,
      next: 'Stop that server, or choose another path.',
    })
  }
  rmSync(path, { force: true })
}

/** Lets the socket's user and group in, and nobody else: give the proxy's user that group. */
export function limitSocketAccess(path: string): void {
  chmodSync(path, 0o660)
}

/** @throws FairgroundError HOST_UNAVAILABLE for what the system said about a socket that could not be opened */
export function unusable(path: string, cause: unknown): FairgroundError {
  return new FairgroundError('HOST_UNAVAILABLE', {
    message: `The socket ${path} cannot be opened: ${systemReason(cause)}.`,
    next: 'Its folder must be there and writable for this user.',
    cause,
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type FairgroundServer, SERVER_BRAND } from '../server/create-server.ts'
import { FairgroundError } from '../shared/errors.ts'

const DEFAULT_FILES = ['server.ts', 'server.js', 'server.mjs']

/**
 * Path of the file to run.
 *
 * @param given what the command line says, if anything
 * @throws FairgroundError SERVER_FILE_INVALID when there is no such file
 */
export function findServerFile(given: string | undefined): string {
  const candidates = given === undefined ? DEFAULT_FILES : [given]
  const found = candidates
    .map((name) => resolve(name))
    .find((path) => existsSync(path) && statSync(path).isFile())
  if (found) return found
  throw new FairgroundError('SERVER_FILE_INVALID', {
    message:
      given === undefined
        ? `There is no server.ts in ${process.cwd()}.`
        : `There is no file ${resolve(given)}.`,
    next: 'Name the file: fairground dev path/to/server.ts. It exports what createServer() returned.',
  })
}

/**
 * Imports a server file and answers with the server it exports.
 *
 * @throws FairgroundError SERVER_FILE_INVALID when it exports none, or an error while it runs (its stack is the cause)
 */
export async function loadServer(path: string): Promise<FairgroundServer> {
  let exports: Record<string, unknown>
  try {
    exports = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (cause) {
    if (cause instanceof FairgroundError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FairgroundError('SERVER_FILE_INVALID', {
      message: `${path} cannot be run: ${reason}`,
      next: 'Mend the line named above.',
      cause,
    })
  }
  const server = Object.values(exports).find(isServer)
  if (server) return server
  throw new FairgroundError('SERVER_FILE_INVALID', { message: `${path} does not export a server.` })
}

function isServer(value: unknown): value is FairgroundServer {
  return typeof value === 'object' && value !== null && SERVER_BRAND in value
}

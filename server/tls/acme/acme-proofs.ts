import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { inCertsFolder } from '../certs-folder.ts'
import { replaceFile } from '../files.ts'
import { tlsPolicy } from '../tls-policy.ts'

const TOKEN = /^[\w-]{1,128}$/
const HOST = /^[a-z0-9.-]{1,253}$/

/** Answers to http-01 challenges, in files: whichever of several processes holds port 80 can give them. */
export class HttpProofs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Puts an answer in place. @returns what takes it away. @throws FairgroundError CERTS_FOLDER_UNUSABLE */
  add(token: string, keyAuthorization: string): () => void {
    return put(this.#folder, token, keyAuthorization)
  }

  /** The answer for a token out of a request, whatever that holds. */
  find(token: string): string | undefined {
    return TOKEN.test(token) ? read(this.#folder, token) : undefined
  }
}

/** Answers to tls-alpn-01 challenges, in files for the same reason: whichever process holds port 443 can give them. */
export class AlpnProofs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Puts an answer in place.
   *
   * @param host what the authority will ask for in TLS
   * @param pem certificate and key of the answer
   * @returns what takes it away
   * @throws FairgroundError CERTS_FOLDER_UNUSABLE
   */
  add(host: string, pem: string): () => void {
    return put(this.#folder, `${host}.pem`, pem)
  }

  has(host: string): boolean {
    return this.#find(host) !== undefined
  }

  /** The answer for a host out of a handshake, whatever that holds. */
  get(host: string): SecureContext | undefined {
    const pem = this.#find(host)
    return pem === undefined ? undefined : createSecureContext({ ...tlsPolicy(), cert: pem, key: pem })
  }

  #find(host: string): string | undefined {
    return HOST.test(host) ? read(this.#folder, `${host}.pem`) : undefined
  }
}

function put(folder: string, file: string, text: string): () => void {
  const path = join(folder, file)
  inCertsFolder(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    replaceFile(path, text, 0o600)
  })
  return () => rmSync(path, { force: true })
}

function read(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return undefined
  }
}

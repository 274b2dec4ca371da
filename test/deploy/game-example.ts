import dns from 'node:dns'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { opensslChain } from '../server/tls/openssl-chain.ts'

/** The name in every shipped configuration. Certificates of the tests are for it, and it leads to this machine. */
export const NAME = 'game.example'

/** A folder whose contents programs under users of their own can reach. It goes away with the stack of its block. */
export function openFolder(stack: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairground-deploy-'))
  chmodSync(folder, 0o755)
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Where a proxy's certificate lies, and a second one to swap in. */
export class Certificate {
  readonly fullchain: string
  readonly key: string
  readonly root: string
  readonly #folder: string
  readonly #spare: { fullchain: string; key: string; root: string }

  constructor(folder: string) {
    this.#folder = join(folder, 'ssl')
    mkdirSync(this.#folder)
    const first = opensslChain(this.#folder, { name: NAME, id: 'first' })
    this.#spare = opensslChain(this.#folder, { name: NAME, id: 'second' })
    this.fullchain = join(this.#folder, 'fullchain.pem')
    this.key = join(this.#folder, 'privkey.pem')
    this.root = `${readFileSync(first.root, 'utf8')}${readFileSync(this.#spare.root, 'utf8')}`
    this.#install(first)
  }

  /** Certificate and key in one file, as HAProxy wants them. */
  get bundle(): string {
    return join(this.#folder, 'bundle.pem')
  }

  /** Puts a renewed certificate in place of the first one, as certbot does. */
  renew(): void {
    this.#install(this.#spare)
  }

  #install({ fullchain, key }: { fullchain: string; key: string }): void {
    cpSync(fullchain, this.fullchain)
    cpSync(key, this.key)
    writeFileSync(this.bundle, readFileSync(fullchain, 'utf8') + readFileSync(key, 'utf8'))
    for (const path of [this.fullchain, this.key, this.bundle]) chmodSync(path, 0o644)
  }
}

/** From here on this process trusts these roots, and finds the name on this machine, whoever asks: fetch, ws, the SDK. */
export function leadHere(root: string): void {
  setDefaultCACertificates([...getCACertificates('default'), root])
  const lookup = dns.lookup
  const local = (name: string, ...rest: unknown[]) =>
    (lookup as (...args: unknown[]) => void)(name === NAME ? '127.0.0.1' : name, ...rest)
  dns.lookup = Object.assign(local, lookup) as typeof dns.lookup
}

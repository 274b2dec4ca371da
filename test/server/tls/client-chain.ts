import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openssl } from './openssl-chain.ts'

export interface ClientKey {
  readonly cert: string
  readonly key: string
}

/** An authority for client certificates, as a company runs one with openssl: issues, revokes, and keeps a list. */
export class ClientAuthority {
  readonly #folder: string
  readonly #id: string

  constructor(folder: string, id: string) {
    this.#folder = folder
    this.#id = id
    const subject = `/CN=${id} authority`
    openssl('req', '-x509', ...this.#newKey('ca'), '-out', this.ca, '-subj', subject, '-days', '300')
    writeFileSync(this.#path('index.txt'), '')
    writeFileSync(this.#path('serial'), '1000\n')
    writeFileSync(this.#path('crlnumber'), '01\n')
    writeFileSync(
      this.#path('openssl.cnf'),
      [
        '[ca]',
        'default_ca = own',
        '[own]',
        `database = ${this.#path('index.txt')}`,
        `serial = ${this.#path('serial')}`,
        `crlnumber = ${this.#path('crlnumber')}`,
        `new_certs_dir = ${folder}`,
        `certificate = ${this.ca}`,
        `private_key = ${this.#path('ca.key')}`,
        'default_md = sha256',
        'default_crl_days = 30',
        'policy = any',
        '[any]',
        'commonName = supplied',
      ].join('\n'),
    )
    this.writeList()
  }

  get ca(): string {
    return this.#path('ca.pem')
  }

  get crl(): string {
    return this.#path('crl.pem')
  }

  /** A certificate for `name`, good from a day ago for `days`; the files' text. */
  issue(name: string, { days = 30 }: { days?: number } = {}): ClientKey {
    openssl('req', ...this.#newKey(name), '-out', this.#path(`${name}.csr`), '-subj', `/CN=${name}`)
    const from = new Date(Date.now() - 86_400_000)
    const to = new Date(Date.now() + days * 86_400_000 - 1000)
    const dates = ['-startdate', stamp(from), '-enddate', stamp(to)]
    const files = ['-in', this.#path(`${name}.csr`), '-out', this.#path(`${name}.pem`)]
    openssl('ca', '-batch', '-notext', '-config', this.#path('openssl.cnf'), ...dates, ...files)
    return {
      cert: readFileSync(this.#path(`${name}.pem`), 'utf8'),
      key: readFileSync(this.#path(`${name}.key`), 'utf8'),
    }
  }

  revoke(name: string): void {
    openssl('ca', '-config', this.#path('openssl.cnf'), '-revoke', this.#path(`${name}.pem`))
    this.writeList()
  }

  /** Writes the revocation list anew; with `to`, elsewhere, and good for so many seconds only. */
  writeList({ seconds, to = this.crl }: { seconds?: number; to?: string } = {}): void {
    const life = seconds === undefined ? [] : ['-crlsec', String(seconds)]
    openssl('ca', '-config', this.#path('openssl.cnf'), '-gencrl', ...life, '-out', to)
  }

  #newKey(what: string): string[] {
    return [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      this.#path(`${what}.key`),
    ]
  }

  #path(file: string): string {
    return join(this.#folder, `${this.#id}-${file}`)
  }
}

/** A time as `openssl ca` takes it. */
function stamp(time: Date): string {
  return `${time.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`
}

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import type { AcmeOptions } from './acme/acme-options.ts'
import { AlpnProofs, HttpProofs } from './acme/acme-proofs.ts'
import { AcmeSource } from './acme/acme-source.ts'
import type { CertificateFiles } from './certificate-files.ts'
import type { CertificateSource } from './certificate-source.ts'
import { DevelopmentSource } from './development-source.ts'
import { FilesSource } from './files-source.ts'

/**
 * How a server comes to `wss://`:
 *
 * - `'dev'`: a certificate of this user's own authority, for this machine and its local network; `{ dev: { names } }`
 *   adds names that lead here, such as `game.test`;
 * - `{ files }`: a certificate and key that an authority handed out, reloaded when they change;
 * - `{ acme }`: issued and renewed by Let's Encrypt or any other ACME authority;
 * - `'proxy'`: TLS ends in nginx, Apache, HAProxy, Caddy or another proxy on this machine, and the server listens on
 *   loopback or a Unix socket only.
 */
export type TlsOption = ServerTlsOption | 'proxy'

/** The ways in which TLS ends in the server itself. */
export type ServerTlsOption = 'dev' | TlsDev | TlsFiles | TlsAcme

export interface TlsDev {
  readonly dev: {
    /** Host names or addresses beside those of this machine: local ones only, the authority may sign for no others. */
    readonly names?: readonly string[]
  }
}

export interface TlsFiles {
  /** One certificate, or several for different names; the first one also answers clients that name none. */
  readonly files: CertificateFiles | readonly CertificateFiles[]
  /** Names that players use: the server does not start, and takes no new files, unless all are covered. */
  readonly names?: readonly string[]
}

export interface TlsAcme {
  readonly acme: AcmeOptions
}

/** Where a server keeps what has to do with certificates. */
export interface TlsFolders {
  readonly certsFolder: string
  readonly dataFolder: string
}

/** What the two kinds of ACME proofs need of the rest of the server. */
export interface Proofs {
  readonly challenges: AlpnProofs
  readonly http: HttpProofs
}

export function makeProofs({ certsFolder }: TlsFolders): Proofs {
  const folder = join(certsFolder, 'acme')
  return {
    challenges: new AlpnProofs(join(folder, 'tls-alpn-01')),
    http: new HttpProofs(join(folder, 'http-01')),
  }
}

/** Whether the certificate is the development authority's. */
export function isDevelopment(tls: TlsOption): tls is 'dev' | TlsDev {
  return tls === 'dev' || (typeof tls === 'object' && 'dev' in tls)
}

/** @throws FairgroundError OPTION_INVALID */
export function certificateSource(
  tls: ServerTlsOption,
  folders: TlsFolders,
  proofs: Proofs,
): CertificateSource {
  if (isDevelopment(tls)) return new DevelopmentSource(folders, tls === 'dev' ? [] : tls.dev.names)
  if (typeof tls === 'object' && 'files' in tls) {
    const files = [tls.files].flat() as CertificateFiles[]
    if (files.length === 0) throw new FairgroundError('OPTION_INVALID', { message: 'tls.files is empty.' })
    return new FilesSource({ files, names: tls.names, roots: developmentRoot(folders) })
  }
  if (typeof tls === 'object' && 'acme' in tls) {
    const { challenges, http } = proofs
    return new AcmeSource({
      acme: tls.acme,
      folder: join(folders.certsFolder, 'acme'),
      challenges,
      proofs: http,
    })
  }
  throw new FairgroundError('OPTION_INVALID', {
    message: `tls is ${JSON.stringify(typeof tls === 'object' ? Object.keys(tls) : tls)}; it must be 'dev', { dev }, 'proxy', { files } or { acme }.`,
  })
}

/** This user's development authority, if there is one: its leaves need no intermediate certificate either. */
export function developmentRoot({ dataFolder }: TlsFolders): X509Certificate[] {
  try {
    return [new X509Certificate(readFileSync(join(dataFolder, 'ca.pem')))]
  } catch {
    return []
  }
}

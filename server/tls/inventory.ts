import { X509Certificate } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import { parseIssued } from './acme/acme-order.ts'
import { type FailedAttempt, readFailure } from './acme/attempts.ts'
import { renewalDueMs } from './acme/renewal.ts'
import { type CertificateFiles, loadCertificateFiles } from './certificate-files.ts'
import { certificateNames } from './certificate-names.ts'
import { type Credential, type CredentialChecks, commonName } from './credential.ts'
import { REISSUE_BEFORE_MS } from './development-leaf.ts'
import { readIfThere } from './files.ts'
import { importedFiles, listFolder } from './imported.ts'

/** One certificate on this machine, whatever state it is in. */
export interface ListedCertificate {
  /** `development`, `imported`, `files` that the command line names, or the folder of an ACME directory. */
  readonly source: string
  readonly path: string
  readonly names: readonly string[]
  readonly issuer: string
  /** Milliseconds since 1970; 0 where the file does not tell. */
  readonly validFromMs: number
  readonly expiresAtMs: number
  /** When a server renews it by itself; undefined where somebody must bring a new one. */
  readonly renewalDueMs?: number
  /** Why no server would serve it. */
  readonly problem?: FairgroundError
  /** The last attempt to renew it, if that failed. */
  readonly lastFailure?: FailedAttempt
}

export interface InventoryOptions {
  readonly certsFolder: string
  /** Certificates elsewhere. */
  readonly files: readonly CertificateFiles[]
  readonly checks: CredentialChecks
}

/** Every certificate there is, and every name for which none could be had yet. */
export async function listCertificates(options: InventoryOptions): Promise<ListedCertificate[]> {
  const { certsFolder, files, checks } = options
  const imported = importedFiles(certsFolder)
  return [
    ...(await Promise.all(files.map((one) => ofFiles('files', one, checks)))),
    ...(await Promise.all(imported.map((one) => ofFiles('imported', one, checks)))),
    ...(await ofAcme(join(certsFolder, 'acme'), checks)),
    ...(await ofDevelopment(certsFolder)),
  ]
}

async function ofFiles(
  source: string,
  files: CertificateFiles,
  checks: CredentialChecks,
): Promise<ListedCertificate> {
  const path = 'pfx' in files ? files.pfx : files.cert
  return listed({ source, path }, () => loadCertificateFiles(files, checks))
}

async function ofAcme(folder: string, { nowMs }: CredentialChecks): Promise<ListedCertificate[]> {
  const found: ListedCertificate[] = []
  for (const source of listFolder(folder)) {
    if (['http-01', 'tls-alpn-01'].includes(source)) continue
    const files = listFolder(join(folder, source)).filter((file) => !file.startsWith('.'))
    const bases = files.map((file) => /^(.*?)(?:\.failed\.json|\.pem)$/.exec(file)?.[1])
    for (const base of new Set(bases)) {
      if (base === undefined) continue
      const path = join(folder, source, `${base}.pem`)
      const lastFailure = readFailure(join(folder, source, `${base}.failed.json`))
      const obtainedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
      const one = await listed({ source, path }, () =>
        parseIssued(readIfThere(path) ?? '', { path, nowMs, names: [] }),
      )
      const due = one.expiresAtMs > 0 && { renewalDueMs: renewalDueMs(one, 0.5, obtainedMs) }
      found.push({ ...one, ...due, ...(lastFailure && { lastFailure }) })
    }
  }
  return found
}

async function ofDevelopment(certsFolder: string): Promise<ListedCertificate[]> {
  const path = join(certsFolder, 'development.pem')
  if (readIfThere(path) === undefined) return []
  const one = await listed({ source: 'development', path }, () => undefined)
  return [{ ...one, renewalDueMs: one.expiresAtMs - REISSUE_BEFORE_MS }]
}

/** What can be told of a certificate, also of one that no server would serve. */
async function listed(
  where: { source: string; path: string },
  load: () => Credential | undefined | Promise<Credential | undefined>,
): Promise<ListedCertificate> {
  try {
    const credential = (await load()) ?? glance(where.path)
    const { names, issuer, validFromMs, expiresAtMs } = credential
    return { ...where, names, issuer, validFromMs, expiresAtMs }
  } catch (error) {
    if (!(error instanceof FairgroundError)) throw error
    return { ...where, ...glance(where.path), problem: error }
  }
}

function glance(path: string): Pick<ListedCertificate, 'names' | 'issuer' | 'validFromMs' | 'expiresAtMs'> {
  try {
    const leaf = new X509Certificate(readIfThere(path) ?? '')
    return {
      names: certificateNames(leaf),
      issuer: commonName(leaf.issuer),
      validFromMs: leaf.validFromDate.getTime(),
      expiresAtMs: leaf.validToDate.getTime(),
    }
  } catch {
    return { names: [], issuer: '', validFromMs: 0, expiresAtMs: 0 }
  }
}

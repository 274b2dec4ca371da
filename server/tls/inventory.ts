import { X509Certificate } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import { ACME_DIRECTORIES, directoryFolder } from './acme/acme-options.ts'
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
  /** Where it comes from; `files` are those that the command line names. */
  readonly source: 'development' | 'imported' | 'files' | 'acme'
  /** Of an ACME authority: its short name, or that of its folder. */
  readonly authority?: string
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
  source: 'files' | 'imported',
  files: CertificateFiles,
  checks: CredentialChecks,
): Promise<ListedCertificate> {
  const path = 'pfx' in files ? files.pfx : files.cert
  return listed({ source, path }, () => loadCertificateFiles(files, checks))
}

async function ofAcme(folder: string, { nowMs }: CredentialChecks): Promise<ListedCertificate[]> {
  const found: ListedCertificate[] = []
  for (const directory of listFolder(folder)) {
    if (['http-01', 'tls-alpn-01'].includes(directory)) continue
    const files = listFolder(join(folder, directory)).filter((file) => !file.startsWith('.'))
    const bases = files.map((file) => /^(.*?)(?:\.failed\.json|\.pem)$/.exec(file)?.[1])
    for (const base of new Set(bases)) {
      if (base === undefined) continue
      found.push(await ofAcmeBase(join(folder, directory, base), authorityOf(directory), nowMs))
    }
  }
  return found
}

async function ofAcmeBase(base: string, authority: string, nowMs: number): Promise<ListedCertificate> {
  const path = `${base}.pem`
  const lastFailure = readFailure(`${base}.failed.json`)
  const failed = lastFailure && { lastFailure }
  const pem = readIfThere(path)
  if (pem === undefined) {
    const problem = new FairgroundError('CERTIFICATE_MISSING', {
      message: 'No certificate could be had yet.',
    })
    const nothing = { issuer: '', validFromMs: 0, expiresAtMs: 0, names: lastFailure?.names ?? [] }
    return { source: 'acme', authority, path, problem, ...nothing, ...failed }
  }
  const one = await listed({ source: 'acme', path }, () => parseIssued(pem, { path, nowMs, names: [] }))
  const renewalMs = renewalDueMs(one, 0.5, statSync(path, { throwIfNoEntry: false })?.mtimeMs)
  return { ...one, authority, ...(one.expiresAtMs > 0 && { renewalDueMs: renewalMs }), ...failed }
}

/** `letsencrypt` and `letsencrypt-staging` by those names: they are easily confused otherwise. */
function authorityOf(folder: string): string {
  const known = Object.entries(ACME_DIRECTORIES).find(([, url]) => directoryFolder(url) === folder)
  return known?.[0] ?? folder
}

async function ofDevelopment(certsFolder: string): Promise<ListedCertificate[]> {
  const path = join(certsFolder, 'development.pem')
  if (readIfThere(path) === undefined) return []
  const one = await listed({ source: 'development', path }, () => undefined)
  return [{ ...one, renewalDueMs: one.expiresAtMs - REISSUE_BEFORE_MS }]
}

/** What can be told of a certificate, also of one that no server would serve. */
async function listed(
  where: Pick<ListedCertificate, 'source' | 'path'>,
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

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type CertificateFiles, loadCertificateFiles } from './certificate-files.ts'
import { inCertsFolder, prepareCertsFolder } from './certs-folder.ts'
import type { Credential, CredentialChecks } from './credential.ts'
import { replaceFile } from './files.ts'

/** What `fairground certs import` took in: certificate and key in one file, readable by its owner only. */
const FOLDER = 'imported'

/**
 * Checks a certificate that an authority handed out, and keeps a copy that a server finds by itself. One for the same
 * first name is replaced. A key in PEM is kept without its passphrase, a PFX file with the passphrase beside it.
 *
 * @returns the certificate, with the path of the copy
 * @throws FairgroundError one of the certificate errors; what was there stays then
 */
export async function importCertificate(
  certsFolder: string,
  files: CertificateFiles,
  checks: CredentialChecks,
): Promise<Credential> {
  const credential = await loadCertificateFiles(files, checks)
  const folder = join(certsFolder, FOLDER)
  prepareCertsFolder(certsFolder)
  const name = credential.names[0]!.replaceAll(/[^\w.-]/g, '_')
  const at = (ending: string): string => join(folder, `${name}.${ending}`)
  const write = (ending: string, content: string | Uint8Array): void =>
    replaceFile(at(ending), content, 0o600)
  inCertsFolder(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { cert, key, pfx, passphrase } = credential.secure
    if (files.ca !== undefined) write('ca', readFileSync(files.ca))
    else rmSync(at('ca'), { force: true })
    if ('pfx' in files) {
      if (passphrase !== undefined) write('passphrase', passphrase)
      else rmSync(at('passphrase'), { force: true })
      write('pfx', pfx as Uint8Array)
      rmSync(at('pem'), { force: true })
    } else {
      write('pem', `${key}${cert}`)
      for (const ending of ['pfx', 'passphrase']) rmSync(at(ending), { force: true })
    }
  })
  return { ...credential, path: at('pfx' in files ? 'pfx' : 'pem') }
}

/** The certificates that were imported, by name. */
export function importedFiles(certsFolder: string): CertificateFiles[] {
  const folder = join(certsFolder, FOLDER)
  return listFolder(folder)
    .filter((file) => /^[^.].*\.(pem|pfx)$/.test(file))
    .map((file) => {
      const path = join(folder, file)
      const base = path.replace(/\.(pem|pfx)$/, '')
      const ca = existsSync(`${base}.ca`) ? { ca: `${base}.ca` } : {}
      if (file.endsWith('.pem')) return { cert: path, key: path, ...ca }
      const passphraseFile = `${base}.passphrase`
      return { pfx: path, ...(existsSync(passphraseFile) && { passphraseFile }), ...ca }
    })
}

/** The files of a folder in their order; none if there is no such folder. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { FairgroundError } from '../../shared/errors.ts'
import { createOnce, systemReason } from './files.ts'

const GITIGNORE = `# Keys never go into a repository.
*
!.gitignore
!README.md
`

const README = `# certs

\`development.pem\` and \`development.key\` are made here when a server starts without a certificate of its own.
They are for this machine only, are renewed by themselves, and can be deleted at any time: the next start makes new ones.

They are signed by a certificate authority that is made once per user and kept outside the project. A server says at
its start where that is and how to trust it; it can sign for local names and private addresses only.

\`acme/\` holds what ACME authorities issued, with the keys, and \`imported/\` what \`fairground certs import\` took in: keep
those in your backups. \`fairground certs status\` lists everything.

Nothing in this folder but this file and \`.gitignore\` belongs in a repository.
`

/**
 * Creates the folder with a `.gitignore` that keeps keys out of the repository and a `README.md`.
 * Files that are there stay as they are.
 * @throws FairgroundError CERTS_FOLDER_UNUSABLE
 */
export function prepareCertsFolder(folder: string): void {
  inCertsFolder(folder, () => {
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of [
      ['.gitignore', GITIGNORE],
      ['README.md', README],
    ] as const) {
      const path = join(folder, name)
      if (!existsSync(path)) createOnce(path, text, 0o644)
    }
  })
}

/** Runs `action`; a refusal by the system becomes a FairgroundError CERTS_FOLDER_UNUSABLE that names the folder. */
export function inCertsFolder<Result>(folder: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw new FairgroundError('CERTS_FOLDER_UNUSABLE', {
      message: `The certificate folder ${folder} cannot be written: ${systemReason(error)}.`,
      cause: error,
    })
  }
}

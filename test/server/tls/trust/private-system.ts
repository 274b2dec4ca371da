import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../../cli/command.ts'
import { scratchFolder } from '../scratch-folder.ts'

/** Whether this process may make a mount namespace: root may. */
export function mayMount(): boolean {
  return spawnSync('unshare', ['-m', 'true']).status === 0
}

/**
 * Runs shell commands where the system's store is a copy of their own: the folders that update-ca-certificates writes
 * are replaced in a mount namespace, and the machine's own stay as they are.
 */
export function inPrivateSystem(script: string, env: Readonly<Record<string, string>>) {
  const scratch = scratchFolder()
  for (const name of ['anchors', 'certs', 'hooks']) mkdirSync(join(scratch, name))
  const setup = `
    set -eu
    cp -a /usr/local/share/ca-certificates/. ${scratch}/anchors
    cp -a /etc/ssl/certs/. ${scratch}/certs
    mount --bind ${scratch}/anchors /usr/local/share/ca-certificates
    mount --bind ${scratch}/certs /etc/ssl/certs
    mount --bind ${scratch}/hooks /etc/ca-certificates/update.d
    fairground() { '${process.execPath}' '${ROOT}cli/main.ts' "$@"; }
  `
  const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', setup + script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env },
  })
  return { status, stdout, stderr }
}

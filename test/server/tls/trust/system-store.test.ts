import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing } from '../../../needs.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { authority } from './authority.ts'
import { inPrivateSystem, mayMount } from './private-system.ts'

const REAL = ['/usr/local/share/ca-certificates', '/etc/ssl/certs']

/** What must stay as it is outside: names, and when the bundle was written. */
function realStore(): unknown {
  const bundle = '/etc/ssl/certs/ca-certificates.crt'
  return [...REAL.map((folder) => readdirSync(folder).sort()), statSync(bundle).mtimeMs]
}

/** Prints whether OpenSSL, asking the system's store alone, accepts what the authority signed. */
const VERIFY =
  'openssl verify -CApath /etc/ssl/certs "$LEAF" >/dev/null 2>&1 && echo accepted || echo refused'

const lacking = missing('certutil', 'openssl', 'unshare', 'update-ca-certificates')

describe.skipIf(lacking || !mayMount())("the system's store", () => {
  it('takes the authority up, the certificate alone, and loses it again, and nothing else', async () => {
    const before = realStore()
    const ca = await authority()
    appendFileSync(ca.certPath, ca.keyPem)
    const data = join(ca.certPath, '..')
    const { status, stdout, stderr } = inPrivateSystem(
      `
        cd /usr/local/share/ca-certificates
        cp ${ca.certPath} not-taken-up.pem
        ls . /etc/ssl/certs > $HOME/before
        ${VERIFY}
        fairground certs trust; echo "code $?"
        ${VERIFY}
        grep -c . fairground-*; grep PRIVATE fairground-* || echo 'no key'
        stat -c 'mode %a' fairground-*
        fairground certs trust; echo "code $?"
        mv fairground-* renamed-by-hand.crt
        fairground certs trust --undo; echo "code $?"
        ${VERIFY}
        ls . /etc/ssl/certs > $HOME/after
        cmp $HOME/before $HOME/after && echo as-before
        fairground certs trust --undo; echo "code $?"
      `,
      { HOME: scratchFolder(), FAIRGROUND_DATA: data, LEAF: ca.certPath },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const told = stdout.match(/^(accepted|refused|code \d|as-before|no key|mode \d+|\d+)$|system \(curl.*$/gm)
    const system = 'system (curl and other programs)'
    const lines = String(ca.certificate.toString().trim().split('\n').length)
    expect(told).toEqual([
      'refused',
      ...[`${system}: trusted from now on`, 'code 0', 'accepted', lines, 'no key', 'mode 644'],
      ...[`${system}: trusted already`, 'code 0'],
      ...[`${system}: no longer trusted`, 'code 0', 'refused', 'as-before'],
      ...[`${system}: not trusted, nothing to undo`, 'code 0'],
    ])
    expect(realStore()).toEqual(before)
  })

  it('that refuses to be rebuilt is told, and is left as it was', async () => {
    const ca = await authority()
    const { stdout } = inPrivateSystem(
      `
        printf '#!/bin/sh\necho "the disk is full" >&2\nexit 3\n' > $HOME/update-ca-certificates
        chmod +x $HOME/update-ca-certificates
        PATH=$HOME:$PATH
        fairground certs trust || echo "code $?"
        ls /usr/local/share/ca-certificates | grep -c fairground
      `,
      { HOME: scratchFolder(), FAIRGROUND_DATA: join(ca.certPath, '..') },
    )
    expect(stdout).toContain('failed, because update-ca-certificates: the disk is full')
    expect(stdout).toMatch(/^code 1\n0\n/m)
  })
})

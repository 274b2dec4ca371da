import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Runs openssl; what it says is nobody's business unless it fails. */
export function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' })
}

export interface Chain {
  readonly root: string
  readonly intermediate: string
  /** The server's certificate alone. */
  readonly leaf: string
  readonly key: string
  /** Leaf and intermediate, as authorities hand them out. */
  readonly fullchain: string
}

/** Root, intermediate and a server certificate in `folder`, as a public authority makes them; paths. */
export function opensslChain(
  folder: string,
  { name = 'game.example', days = 30, id = 'a' }: { name?: string; days?: number; id?: string } = {},
): Chain {
  const path = (file: string) => join(folder, `${id}-${file}`)
  const newKey = (what: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    path(`${what}.key`),
  ]
  openssl(
    'req',
    '-x509',
    ...newKey('root'),
    '-out',
    path('root.pem'),
    '-subj',
    '/CN=Test Root',
    '-days',
    '300',
  )
  const sign = (
    what: string,
    options: { subject: string; by: string; extensions: string; days: number },
  ): void => {
    const { subject, by, extensions } = options
    openssl('req', ...newKey(what), '-out', path(`${what}.csr`), '-subj', subject)
    writeFileSync(path(`${what}.ext`), extensions)
    const authority = ['-CA', path(`${by}.pem`), '-CAkey', path(`${by}.key`), '-CAcreateserial']
    const output = [
      '-out',
      path(`${what}.pem`),
      '-days',
      String(options.days),
      '-extfile',
      path(`${what}.ext`),
    ]
    openssl('x509', '-req', '-in', path(`${what}.csr`), ...authority, ...output)
  }
  sign('intermediate', {
    ...{ subject: '/CN=Test Intermediate', by: 'root', days: 200 },
    extensions: 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign',
  })
  const kind = /^[\d.]+$/.test(name) ? 'IP' : 'DNS'
  sign('leaf', { subject: '/CN=x', by: 'intermediate', extensions: `subjectAltName=${kind}:${name}`, days })
  const [leaf, intermediate] = [path('leaf.pem'), path('intermediate.pem')]
  writeFileSync(path('fullchain.pem'), readFileSync(leaf, 'utf8') + readFileSync(intermediate, 'utf8'))
  return {
    root: path('root.pem'),
    intermediate,
    leaf,
    key: path('leaf.key'),
    fullchain: path('fullchain.pem'),
  }
}

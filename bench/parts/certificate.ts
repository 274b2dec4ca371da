import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const KEYS = {
  ecdsa: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:2048'],
} as const

/** A certificate for localhost that is its own authority, with a key of that kind, written by openssl. */
export function makeCertificate(folder: string, kind: keyof typeof KEYS, name: string = kind) {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  const out = ['-nodes', '-keyout', files.key, '-out', files.cert]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', '-days', '30', ...KEYS[kind], ...out, ...names], { stdio: 'pipe' })
  return files
}

/** One certificate and one policy for the servers that are not Fairground: what they cost differs by nothing else. */
import { readFileSync } from 'node:fs'
import { tlsPolicy } from '../../../server/tls/tls-policy.ts'

export function credential({ cert, key }: { cert: string; key: string }) {
  return { ...tlsPolicy(), cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

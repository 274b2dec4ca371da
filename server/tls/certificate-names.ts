import type { X509Certificate } from 'node:crypto'
import { canonicalAddress } from './addresses.ts'

/** The host names and IP addresses a certificate is for (its subjectAltName), addresses in their short spelling. */
export function certificateNames(certificate: X509Certificate): string[] {
  // Node puts a value into JSON quotes if it holds anything that could be mistaken for the next entry.
  const entries = (certificate.subjectAltName ?? '').matchAll(
    /(?:^|, )(?:(DNS)|(IP Address)|[^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g,
  )
  return [...entries].flatMap(([, dns, ip, value = '']) => {
    if (ip) return [canonicalAddress(value)]
    if (dns) return [value.startsWith('"') ? String(JSON.parse(value)) : value]
    return []
  })
}

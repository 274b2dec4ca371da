import { constants } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'

/** Forward secrecy and authenticated encryption only. AES-128 first: it is the fastest that is strong enough. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Best first. The first one also holds against a quantum computer that records today and decrypts later. */
const GROUPS = ['X25519MLKEM768', 'X25519', 'P-256', 'P-384']

/**
 * What every secure context gets beside its certificate: TLS 1.2 and 1.3 with what testssl.sh finds no fault in.
 */
export function tlsPolicy(): SecureContextOptions {
  return {
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    ecdhCurve: knownGroups(),
    honorCipherOrder: true,
    // No client of ours renegotiates, and each time costs the server more than the client.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}

let groups: string | undefined

/** One group that this OpenSSL does not know (ML-KEM before 3.5) would make it refuse the whole list. */
function knownGroups(): string {
  groups ??= GROUPS.filter((ecdhCurve) => {
    try {
      createSecureContext({ ecdhCurve })
      return true
    } catch {
      return false
    }
  }).join(':')
  return groups
}

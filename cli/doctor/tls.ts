import type { TLSSocket } from 'node:tls'
import { askPlainly, codeOf, dialTls } from './dial.ts'
import { type Finding, failure, good, warning } from './finding.ts'
import type { Reached } from './patient.ts'

/** Whether a handshake succeeds, and what both sides agreed on. */
export async function checkTls(patient: Reached): Promise<Finding> {
  try {
    const socket = await dialTls(patient, { ALPNProtocols: ['h2', 'http/1.1'] })
    const finding = describe(socket)
    socket.destroy()
    return finding
  } catch (error) {
    return explain(patient, codeOf(error))
  }
}

function describe(socket: TLSSocket): Finding {
  const { name } = socket.getEphemeralKeyInfo() as { name?: string }
  const protocol = (socket.getProtocol() ?? 'unknown').replace('TLSv', 'TLS ')
  const group = name === undefined ? '' : `, ${name}${/MLKEM/i.test(name) ? ' (post-quantum)' : ''}`
  const found = `${protocol}, ${socket.getCipher().name}${group}`
  if (protocol === 'TLS 1.3') return good('TLS', found)
  return warning(
    'TLS',
    `${found}: TLS 1.3 is not offered`,
    'Allow TLSv1.3 beside TLSv1.2: handshakes take one round trip less.',
  )
}

async function explain(patient: Reached, code: string): Promise<Finding> {
  const { authority } = patient.target
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO|ECONNRESET|BAD_RECORD|UNEXPECTED/.test(code)) {
    const plain = await askPlainly(patient, patient.target.port, { path: '/' }).catch(() => undefined)
    if (plain) {
      return failure(
        'TLS',
        `${authority} speaks plain HTTP, without TLS: it answered status ${plain.status}`,
        'Give the server a certificate (a Fairground server always has one), or connect to the port of the proxy that has it.',
      )
    }
  }
  const [found, fix] = MEANINGS.find(([pattern]) => pattern.test(code))?.[1] ?? [
    `the handshake failed (${code})`,
    'See whether a TLS server listens on that port, and look at its log.',
  ]
  return failure('TLS', found, fix)
}

const MEANINGS: readonly (readonly [RegExp, readonly [found: string, fix: string]])[] = [
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    [
      'the server speaks neither TLS 1.2 nor TLS 1.3',
      'Allow TLSv1.2 and TLSv1.3: browsers refuse anything older.',
    ],
  ],
  [
    /HANDSHAKE_FAILURE|NO_SHARED_CIPHER/,
    [
      'the server and this machine have no cipher suite in common, or the server has no certificate',
      'Use the suites of a current TLS configuration, with a certificate in place.',
    ],
  ],
  [
    /UNRECOGNIZED_NAME/,
    [
      'the server has no site of that name',
      'Add the name to the proxy (server_name) and to the certificate.',
    ],
  ],
  [
    /ECONNRESET/,
    [
      'the server hangs up during the handshake',
      'See whether a TLS server listens on that port; a proxy that expects the PROXY protocol hangs up like this.',
    ],
  ],
  [
    /ETIMEDOUT/,
    [
      'the port is open but the handshake gets no answer in time',
      'See whether a TLS server listens on that port and whether it is overloaded.',
    ],
  ],
]

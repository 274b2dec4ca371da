import { codeOf, dialTls } from './dial.ts'
import { type Finding, failure, good, unchecked, warning } from './finding.ts'
import type { Reached } from './patient.ts'

/** A browser opens a WebSocket with HTTP/1.1 and offers nothing else. */
export async function checkAlpn(patient: Reached): Promise<Finding> {
  try {
    const socket = await dialTls(patient, { ALPNProtocols: ['http/1.1'] })
    const chosen = socket.alpnProtocol
    socket.destroy()
    if (chosen === 'http/1.1') return good('ALPN', 'http/1.1 is chosen for WebSockets')
    if (chosen === false) return good('ALPN', 'the server chooses nothing, which means http/1.1')
    return failure('ALPN', `the server chooses "${chosen}", which was not offered`, ALLOW_HTTP_1)
  } catch (error) {
    const found = /NO_APPLICATION_PROTOCOL/.test(codeOf(error))
      ? 'the server refuses http/1.1, with which every WebSocket begins'
      : `a handshake that offers http/1.1 only fails (${codeOf(error)})`
    return failure('ALPN', found, ALLOW_HTTP_1)
  }
}

const ALLOW_HTTP_1 = 'Allow http/1.1 beside h2 on that port (ALPN: h2, http/1.1).'

/** TLS 1.0 and 1.1 are broken, and browsers do not speak them any more. */
export async function checkOldTls(patient: Reached): Promise<Finding> {
  try {
    const socket = await dialTls(patient, {
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
      // OpenSSL's default level would not even ask for them.
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const version = socket.getProtocol()
    socket.destroy()
    return warning('Old TLS', `${version} is accepted`, 'Allow TLSv1.2 and TLSv1.3 only.')
  } catch (error) {
    if (codeOf(error) === 'ETIMEDOUT') return unchecked('Old TLS', 'no answer in time')
    return good('Old TLS', 'TLS 1.0 and 1.1 are refused')
  }
}

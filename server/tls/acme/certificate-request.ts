/** What an ACME order needs of X.509; loaded only when one is placed. */
import 'reflect-metadata'
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { newKeyPem } from '../p256-key.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { ...P256, hash: 'SHA-256' }
const OID_ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31'
const DAY_MS = 86_400_000

/** A request for a certificate for these names and addresses, signed with the key it is for; DER. */
export async function certificateRequest(keyPem: string, names: readonly string[]): Promise<Uint8Array> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys: await importKeys(keyPem),
    signingAlgorithm: SIGNATURE,
    extensions: [alternativeNames(names)],
  })
  return new Uint8Array(request.rawData)
}

/**
 * The certificate that answers a tls-alpn-01 challenge (RFC 8737), and its key; PEM. Of the same kind of key as the one
 * the port serves, or OpenSSL goes on serving that.
 */
export async function challengeCertificate(name: string, keyAuthorization: string): Promise<string> {
  const keyPem = newKeyPem()
  const digest = createHash('sha256').update(keyAuthorization).digest()
  const nowMs = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=ACME challenge',
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + DAY_MS),
    keys: await importKeys(keyPem),
    signingAlgorithm: SIGNATURE,
    extensions: [
      alternativeNames([name]),
      // An OCTET STRING within the extension's own.
      new x509.Extension(OID_ACME_IDENTIFIER, true, new Uint8Array([0x04, digest.length, ...digest])),
    ],
  })
  return `${keyPem}${certificate.toString('pem')}\n`
}

/** A self-signed certificate to hold the port with until the authority has issued one; no client accepts it. */
export async function placeholderCertificate(
  names: readonly string[],
): Promise<{ cert: string; key: string }> {
  const key = newKeyPem()
  const nowMs = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=waiting for a certificate',
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + DAY_MS),
    keys: await importKeys(key),
    signingAlgorithm: SIGNATURE,
    extensions: [alternativeNames(names)],
  })
  return { cert: certificate.toString('pem'), key }
}

function alternativeNames(names: readonly string[]): x509.Extension {
  return new x509.SubjectAlternativeNameExtension(
    names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
  )
}

async function importKeys(keyPem: string): Promise<CryptoKeyPair> {
  const key = createPrivateKey(keyPem)
  const { subtle } = globalThis.crypto
  const [pkcs8, spki] = [
    key.export({ type: 'pkcs8', format: 'der' }),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  ]
  return {
    privateKey: await subtle.importKey('pkcs8', new Uint8Array(pkcs8), P256, false, ['sign']),
    publicKey: await subtle.importKey('spki', new Uint8Array(spki), P256, true, ['verify']),
  }
}

/** The only file that loads the certificate library: it takes a while, and most starts issue nothing. */
import 'reflect-metadata'
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { encodeNameConstraints, type NameConstraints } from './name-constraints.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { ...P256, hash: 'SHA-256' }
const OID_NAME_CONSTRAINTS = '2.5.29.30'
const SERVER_AUTH = [x509.ExtendedKeyUsage.serverAuth]

export interface Validity {
  /** Milliseconds since 1970; certificates count whole seconds. */
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/**
 * A self-signed authority for TLS servers that may sign leaves only (path length 0), within `constraints`.
 * Its name carries the start of the key's fingerprint, so that two in one trust store can be told apart.
 * @returns PEM text.
 */
export async function issueAuthority({
  keyPem,
  constraints,
  ...validity
}: { keyPem: string; constraints: NameConstraints } & Validity): Promise<string> {
  const keys = await importKeys(keyPem)
  const subjectKey = await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(validity),
    name: `CN=Fairground development CA ${subjectKey.keyId.slice(0, 8)}`,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      // Name constraints bind host names and addresses only; this rules out mail and program signatures.
      new x509.ExtendedKeyUsageExtension(SERVER_AUTH),
      new x509.Extension(OID_NAME_CONSTRAINTS, true, new Uint8Array(encodeNameConstraints(constraints))),
      subjectKey,
    ],
  })
  return `${certificate.toString('pem')}\n`
}

/**
 * A server certificate for the key in `keyPem`, signed by the authority.
 * @param names host names and IP addresses; whether the authority may sign for them is the caller's to check.
 * @returns PEM text of the leaf alone.
 */
export async function issueLeaf({
  keyPem,
  names,
  authority,
  ...validity
}: {
  keyPem: string
  names: readonly string[]
  authority: { readonly certPem: string; readonly keyPem: string }
} & Validity): Promise<string> {
  const [own, signer] = await Promise.all([importKeys(keyPem), importKeys(authority.keyPem)])
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(validity),
    subject: 'CN=Fairground development server',
    issuer: new x509.X509Certificate(authority.certPem).subjectName,
    publicKey: own.publicKey,
    signingKey: signer.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(SERVER_AUTH),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

function common({ notBeforeMs, notAfterMs }: Validity) {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x3f) | 0x40 // positive, and no leading zero to be cut
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    signingAlgorithm: SIGNATURE,
  }
}

async function importKeys(keyPem: string): Promise<CryptoKeyPair> {
  const key = createPrivateKey(keyPem)
  const publicDer = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const privateDer = new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
  const { subtle } = globalThis.crypto
  return {
    privateKey: await subtle.importKey('pkcs8', privateDer, P256, false, ['sign']),
    publicKey: await subtle.importKey('spki', publicDer, P256, true, ['verify']),
  }
}

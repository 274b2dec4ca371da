import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { certificateNames } from './certificate-names.ts'

/** A port of its own that lets only holders of certain certificates in, for devices and back-office tools. */
export interface ClientCertificateOptions {
  /** 0 to 65535. Apart from the game's port: TLS asks for a certificate before it is known which room is wanted. */
  readonly port: number
  /** Address to listen on. Default: where the game's port listens. */
  readonly host?: string
  /** PEM file of the authorities whose certificates are let in. Read again when it changes. */
  readonly ca: string
  /** PEM file of their revocation lists, one for each authority. Read again when it changes. */
  readonly crl?: string
}

/** Who is at the other end, as TLS has proven: what a client's certificate says. */
export interface ClientCertificate {
  /** The subject's common name, such as a device's id; undefined if it has none. */
  readonly commonName: string | undefined
  /** Host names and addresses in its subjectAltName; often empty. */
  readonly names: readonly string[]
  /** The subject in full, a part a line. */
  readonly subject: string
  /** The issuer in full, a part a line. */
  readonly issuer: string
  /** Hexadecimal. */
  readonly serialNumber: string
  /** SHA-256 of the certificate, hexadecimal with colons. */
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
}

/** The certificate that came with a request; undefined on every port that does not ask for one. */
export function clientCertificateOf(request: IncomingMessage, nowMs: number): ClientCertificate | undefined {
  const { socket } = request
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  // A connection may outlive the certificate it began with.
  if (!certificate || certificate.validToDate.getTime() <= nowMs) return undefined
  return describe(certificate)
}

function describe(certificate: X509Certificate): ClientCertificate {
  const { subject, issuer, serialNumber, fingerprint256, validToDate } = certificate
  return {
    commonName: /^CN=(.*)$/m.exec(subject)?.[1],
    names: certificateNames(certificate),
    subject,
    issuer,
    serialNumber,
    fingerprint: fingerprint256,
    expiresAtMs: validToDate.getTime(),
  }
}

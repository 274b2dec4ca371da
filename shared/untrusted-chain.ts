/** A certificate as a server sent it, as far as trust is concerned. */
export interface SentCertificate {
  /** Common names, or what there is instead. */
  readonly subject: string
  readonly issuer: string
  readonly selfSigned: boolean
}

export interface Untrusted {
  readonly kind: 'self-signed' | 'development' | 'intermediate-missing' | 'unknown-authority'
  readonly message: string
  readonly next: string
}

/** How the names of the authorities begin that Fairground makes for development. */
export const DEVELOPMENT_AUTHORITY = 'Fairground development CA'

/**
 * Says why a chain leads to no authority that is trusted here.
 *
 * @param sent the server's own certificate first
 * @param trust how to make the reader's program trust an authority, as the end of a sentence
 */
export function explainUntrusted(sent: readonly SentCertificate[], trust: string): Untrusted {
  const [leaf, last] = [sent[0], sent.at(-1)]
  const authority = last?.issuer ?? 'an unnamed authority'
  if (authority.startsWith(DEVELOPMENT_AUTHORITY)) {
    return {
      kind: 'development',
      message: `The server's certificate is from a development authority ("${authority}") that is not trusted here.`,
      next: `Trust the ca.pem of the machine that runs the server: ${trust}.`,
    }
  }
  if (leaf && sent.length === 1 && leaf.selfSigned) {
    return {
      kind: 'self-signed',
      message: `The server's certificate is self-signed ("${leaf.subject}"): no authority vouches for it.`,
      next: `Get one from an authority (tls: { acme }), or trust this one: ${trust}.`,
    }
  }
  if (sent.length === 1) {
    return {
      kind: 'intermediate-missing',
      message: `The intermediate certificate is missing: the server sends only its own, and "${authority}", which signed it, is not known here.`,
      next: `Serve the full chain, which authorities hand out as "fullchain", "chain" or "bundle". If "${authority}" is a root of your own, trust it: ${trust}.`,
    }
  }
  return {
    kind: 'unknown-authority',
    message: `The server's certificate is from "${authority}", which is not trusted here.`,
    next: `Use a certificate of a public authority, or trust this one: ${trust}.`,
  }
}

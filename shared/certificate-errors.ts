import type { ErrorEntry } from './error-table.ts'

/** What can go wrong with a server's certificates: a part of the table in error-table.ts. */
export const CERTIFICATE_ERRORS = {
  CERTS_FOLDER_UNUSABLE: {
    retry: 'change',
    message: 'The certificate folder cannot be written.',
    next: 'Make the folder writable for this user, or remove what stands in its place.',
  },
  CERTIFICATE_MISSING: {
    retry: 'change',
    message: 'No certificate was given.',
    next: "Pass --cert and --key with the PEM files of your certificate authority, or --domain with the name players use to get one from Let's Encrypt.",
  },
  CERTIFICATE_UNREADABLE: {
    retry: 'change',
    message: 'A certificate or key file cannot be read.',
    next: 'Check the path and its permissions; both files must be PEM text.',
  },
  CERTIFICATE_INVALID: {
    retry: 'change',
    message: 'A certificate or key file does not hold what it should.',
    next: 'Export the certificate and its key as PEM again.',
  },
  CERTIFICATE_KEY_MISMATCH: {
    retry: 'change',
    message: 'The private key does not belong to the certificate.',
    next: 'Use the key the certificate was requested with.',
  },
  CERTIFICATE_PASSPHRASE: {
    retry: 'change',
    message: 'The passphrase of a private key is missing or wrong.',
    next: 'Give the passphrase the file was encrypted with: --passphrase-file, or tls: { files: { passphraseFile } }.',
  },
  CERTIFICATE_CHAIN_INCOMPLETE: {
    retry: 'change',
    message: 'The intermediate certificate is missing.',
    next: 'Append it to the certificate file: authorities hand it out as "chain", "bundle" or "fullchain".',
  },
  ACME_UNREACHABLE: {
    retry: 'later',
    message: 'The certificate authority does not answer.',
    next: "Check this machine's way to the internet and the directory address; a server that runs tries again by itself.",
  },
  ACME_REFUSED: {
    retry: 'change',
    message: 'The certificate authority refused to issue a certificate.',
    next: 'See that every name leads to this server and that the authority reaches its port 443 (tls-alpn-01) or 80 (http-01).',
  },
  ACME_RATE_LIMITED: {
    retry: 'later',
    message: 'The certificate authority has had too many requests.',
    next: 'Wait; a server that runs tries again by itself. Try things out with the directory letsencrypt-staging.',
  },
  ACME_WAITING: {
    retry: 'later',
    message: 'The last attempt to get a certificate failed, and it is too early for another.',
    next: 'Mend what the message names, then try at once with fairground certs issue, which does not wait.',
  },
  ACME_ACCOUNT_NEEDED: {
    retry: 'change',
    message: 'The certificate authority issues to its own customers only.',
    next: 'Get a key id and an HMAC key (External Account Binding) from your account there, and give them as eab.',
  },
} as const satisfies Record<string, ErrorEntry>

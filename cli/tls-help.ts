type Row = readonly [name: string, meaning: string]

/** Help of the options that name a certificate in files. */
export const FILE_ROWS: readonly Row[] = [
  ['--cert <pem>', 'certificate, intermediate ones after it (or FAIRGROUND_CERT)'],
  ['--key <pem>', 'its private key (or FAIRGROUND_KEY)'],
  ['--pfx <file>', 'certificate and key in one PFX or P12 file (or FAIRGROUND_PFX)'],
  ['--passphrase-file <path>', 'file with the passphrase of key or PFX (or FAIRGROUND_PASSPHRASE)'],
  ['--ca <pem>', 'root of your own that players’ devices trust (or FAIRGROUND_CA)'],
]

/** Help of the options of a certificate from an ACME authority. */
export const ACME_ROWS: readonly Row[] = [
  [
    '--domain <name>',
    'name or IP address that players use; several times for several (or FAIRGROUND_ACME_DOMAINS)',
  ],
  ['--email <address>', 'where the authority may write to (or FAIRGROUND_ACME_EMAIL)'],
  ['--staging', 'try it out with Let’s Encrypt’s staging authority; no browser trusts what it issues'],
  ['--acme-directory <url>', 'authority (default: letsencrypt; or FAIRGROUND_ACME_DIRECTORY)'],
  ['--acme-challenge <type>', 'tls-alpn-01 on the game port (default) or http-01 on port 80'],
  [
    '--acme-profile <name>',
    'kind of certificate, where the authority offers several (or FAIRGROUND_ACME_PROFILE)',
  ],
  ['--acme-ca <pem>', 'root of a private authority’s own https certificate (or FAIRGROUND_ACME_CA)'],
  ['--eab-kid <id>', 'key id of your account at DigiCert, ZeroSSL, … (or FAIRGROUND_ACME_EAB_KID)'],
  ['--eab-hmac-file <path>', 'file with its HMAC key (or FAIRGROUND_ACME_EAB_HMAC)'],
]

/** Help of every option that says how a server comes to wss://. */
export const TLS_ROWS: readonly Row[] = [
  ['--tls <way>', 'files, acme, proxy or dev (default: what the other options mean; or FAIRGROUND_TLS)'],
  ...FILE_ROWS,
  ...ACME_ROWS,
  [
    '--http-port <n>',
    'port of plain HTTP that only leads to https and answers http-01 (or FAIRGROUND_HTTP_PORT)',
  ],
]

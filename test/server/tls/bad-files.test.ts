import { X509Certificate } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createServer } from '../../../server/create-server.ts'
import { ensureDevelopmentCa } from '../../../server/tls/development-ca.ts'
import { issueLeaf } from '../../../server/tls/issue.ts'
import { newKeyPem } from '../../../server/tls/p256-key.ts'
import { YardRoom } from '../../client-sdk/yard-room.ts'
import { eventually } from '../../eventually.ts'
import { handshake, put, serve } from './certificate-server.ts'
import { openssl, opensslChain } from './openssl-chain.ts'
import { scratchFolder } from './scratch-folder.ts'

const NAMES = ['game.example']
const DAY_MS = 86_400_000

interface Place {
  readonly folder: string
  readonly cert: string
  readonly key: string
}

interface Fault {
  readonly code: string
  /** What the message says. */
  readonly says: RegExp
  /** Where the message leaves what to do to the next step. */
  readonly next?: RegExp
  spoil(place: Place): void | Promise<void>
}

const chain = ({ folder }: Place, options: Parameters<typeof opensslChain>[1] = {}) =>
  opensslChain(folder, { id: 'bad', ...options })

/** A certificate that holds from tomorrow. */
async function fromTomorrow({ folder, cert, key }: Place): Promise<void> {
  const nowMs = Date.now()
  const authority = await ensureDevelopmentCa({ dataFolder: folder, hostName: 'box-1', nowMs })
  const keyPem = newKeyPem()
  const validity = { notBeforeMs: nowMs + DAY_MS, notAfterMs: nowMs + 9 * DAY_MS }
  const leaf = await issueLeaf({ keyPem, names: ['box-1'], authority, ...validity })
  writeFileSync(cert, leaf + authority.certPem)
  writeFileSync(key, keyPem)
}

function selfSigned({ cert, key }: Place, kind: string): void {
  const request = `req -x509 -newkey ${kind} -nodes -subj /CN=x -days 9 -addext subjectAltName=DNS:game.example`
  openssl(...request.split(' '), '-keyout', key, '-out', cert)
}

/** Has openssl write a file anew. */
function rewrite(path: string, command: string, ...args: string[]): void {
  openssl(command, '-in', path, '-out', `${path}.new`, ...args)
  renameSync(`${path}.new`, path)
}

/** Every way in which files are wrong, as it is told at the start and as it is told while a server runs. */
const FAULTS: Record<string, Fault> = {
  'a missing certificate': {
    code: 'CERTIFICATE_UNREADABLE',
    says: /cert\.pem cannot be read: it does not exist/,
    spoil: ({ cert }) => rmSync(cert),
  },
  'a missing key': {
    code: 'CERTIFICATE_UNREADABLE',
    says: /private key file .*key\.pem cannot be read: it does not exist/,
    spoil: ({ key }) => rmSync(key),
  },
  'a folder in place of the certificate': {
    code: 'CERTIFICATE_UNREADABLE',
    says: /cert\.pem cannot be read: it is a folder/,
    spoil({ cert }) {
      rmSync(cert)
      mkdirSync(cert)
    },
  },
  'an empty key': {
    code: 'CERTIFICATE_INVALID',
    says: /key\.pem is empty/,
    spoil: ({ key }) => writeFileSync(key, ''),
  },
  'half a certificate': {
    code: 'CERTIFICATE_INVALID',
    says: /cert\.pem is damaged or cut off/,
    spoil: ({ cert }) => writeFileSync(cert, readFileSync(cert).subarray(0, 300)),
  },
  'certificate and key exchanged': {
    code: 'CERTIFICATE_INVALID',
    says: /key file .*key\.pem holds a certificate instead/,
    next: /not exchanged/,
    spoil({ folder, cert, key }) {
      renameSync(cert, join(folder, 'kept'))
      renameSync(key, cert)
      renameSync(join(folder, 'kept'), key)
    },
  },
  'the key of another certificate': {
    code: 'CERTIFICATE_KEY_MISMATCH',
    says: /key\.pem does not belong to any certificate in .*cert\.pem/,
    next: /openssl x509 -noout -pubkey -in .*cert\.pem; openssl pkey -pubout -in .*key\.pem/,
    spoil: (place) => copyFileSync(chain(place).key, place.key),
  },
  'an expired certificate': {
    code: 'CERTIFICATE_EXPIRED',
    says: /cert\.pem expired on \d{4}-\d\d-\d\dT/,
    spoil: (place) => put(chain(place, { days: 0 }), place),
  },
  'a certificate whose time has not come': {
    code: 'CERTIFICATE_INVALID',
    says: /cert\.pem is not valid before \d{4}-\d\d-\d\dT/,
    next: /clock/,
    spoil: fromTomorrow,
  },
  'a certificate for another name': {
    code: 'CERTIFICATE_WRONG_NAME',
    says: /cert\.pem is for other\.example and not for game\.example/,
    spoil: (place) => put(chain(place, { name: 'other.example' }), place),
  },
  'a certificate without the intermediate one': {
    code: 'CERTIFICATE_CHAIN_INCOMPLETE',
    says: /intermediate certificate is missing: .*cert\.pem .*"Test Intermediate"/,
    next: /fullchain/,
    spoil(place) {
      const { leaf: fullchain, ...rest } = chain(place)
      put({ ...rest, leaf: fullchain, fullchain }, place)
    },
  },
  'a key under another passphrase': {
    code: 'CERTIFICATE_PASSPHRASE',
    says: /passphrase does not open the private key in .*key\.pem/,
    spoil: ({ key }) => rewrite(key, 'pkey', '-aes256', '-passout', 'pass:another'),
  },
  'a certificate in DER': {
    code: 'CERTIFICATE_INVALID',
    says: /cert\.pem is a certificate in DER, not in PEM/,
    next: /openssl x509 -inform DER -in .*cert\.pem -out .*cert\.pem\.pem$/,
    spoil: ({ cert }) => rewrite(cert, 'x509', '-outform', 'DER'),
  },
  'a key that is too short': {
    code: 'CERTIFICATE_INVALID',
    says: /key in .*cert\.pem is too short/,
    next: /P-256/,
    spoil: (place) => selfSigned(place, 'rsa:1024'),
  },
}

function goodPlace() {
  const folder = scratchFolder()
  const place = { folder, cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  put(opensslChain(folder, { id: 'good' }), place)
  return { place, files: { cert: place.cert, key: place.key, passphrase: 'right' } }
}

it.each(Object.entries(FAULTS))('[TL8] a server does not start with %s', async (_what, fault) => {
  const { place, files } = goodPlace()
  const folders = { certsFolder: scratchFolder(), dataFolder: scratchFolder() }
  const tls = { files, names: NAMES }
  const server = createServer(
    { rooms: { yard: YardRoom }, log: 'silent', tls, ...folders },
    { manualTicks: true },
  )
  onTestFinished(() => server.close())
  await fault.spoil(place)
  await expect(server.listen({ port: 0, host: '127.0.0.1' })).rejects.toMatchObject({
    code: fault.code,
    message: expect.stringMatching(fault.says),
    next: expect.stringMatching(fault.next ?? /./),
  })
})

it('[TF2] goes on with the old certificate when the new files are bad, says why once, and takes good ones after that', async () => {
  for (const [what, { code, says, spoil }] of Object.entries(FAULTS)) {
    const { place, files } = goodPlace()
    const { port, events, metrics } = await serve([files], { names: NAMES })
    const { fingerprint256 } = new X509Certificate(readFileSync(place.cert))
    const served = async () => (await handshake(port)).getPeerX509Certificate()!.fingerprint256
    await spoil(place)
    await eventually(() => expect(events, what).toMatchObject([{ type: 'failed', error: { code } }]))
    expect(events[0], what).toMatchObject({ error: { message: expect.stringMatching(says) } })
    expect(await served(), what).toBe(fingerprint256)
    expect(await metrics.registry.metrics()).toContain(
      `fairground_certificate_failures_total{code="${code}"} 1`,
    )
    rmSync(place.cert, { recursive: true, force: true })
    put(opensslChain(place.folder, { id: 'new' }), place)
    await eventually(async () => expect(await served(), what).not.toBe(fingerprint256))
    expect(events.at(-1)?.type, what).toBe('replaced')
  }
}, 90_000)

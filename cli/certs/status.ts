import { resolve } from 'node:path'
import { userDataFolder } from '../../server/tls/data-folder.ts'
import { type ListedCertificate, listCertificates } from '../../server/tls/inventory.ts'
import { developmentRoot } from '../../server/tls/tls-option.ts'
import { optionsOnly, readArguments } from '../arguments.ts'
import { FILE_OPTIONS, readFiles } from '../tls-options.ts'
import { printCertificate, STAGING } from './print-certificate.ts'

/** `fairground certs status`: every certificate there is. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    json: { type: 'boolean', default: false },
    'certs-folder': { type: 'string', default: 'certs' },
    ...FILE_OPTIONS,
  })
  optionsOnly('certs status', positionals)
  const certsFolder = resolve(values['certs-folder'])
  const nowMs = Date.now()
  const named = readFiles(values)
  const roots = developmentRoot({ certsFolder, dataFolder: userDataFolder() })
  const found = await listCertificates({ certsFolder, files: named ? [named] : [], checks: { nowMs, roots } })
  if (values.json) console.log(JSON.stringify(found.map(plain), undefined, 2))
  else print(found, certsFolder, nowMs)
  const real = found.filter(({ authority }) => authority !== STAGING)
  const useless = real.filter(({ problem, expiresAtMs }) => problem || expiresAtMs <= nowMs)
  return real.length === 0 || useless.length > 0 ? 1 : 0
}

function print(found: readonly ListedCertificate[], certsFolder: string, nowMs: number): void {
  if (found.length === 0) {
    console.log(`There is no certificate in ${certsFolder}.`)
    console.log('Get one: fairground certs issue --domain game.example, or fairground certs import')
    return
  }
  for (const [index, certificate] of found.entries()) {
    if (index > 0) console.log()
    printCertificate(certificate, nowMs)
  }
}

function plain({ problem, lastFailure, ...certificate }: ListedCertificate): object {
  const time = (ms: number | undefined) => (ms ? new Date(ms).toISOString() : null)
  const {
    source,
    authority = null,
    path,
    names,
    issuer,
    validFromMs,
    expiresAtMs,
    renewalDueMs,
  } = certificate
  return {
    ...{ source, authority, path, names, issuer },
    validFrom: time(validFromMs),
    expires: time(expiresAtMs),
    renewalDue: time(renewalDueMs),
    problem: problem ? { code: problem.code, message: problem.message } : null,
    lastFailure: lastFailure
      ? { at: time(lastFailure.failedMs), nextTry: time(lastFailure.nextTryMs), message: lastFailure.message }
      : null,
  }
}

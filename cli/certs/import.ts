import { resolve } from 'node:path'
import { userDataFolder } from '../../server/tls/data-folder.ts'
import { importCertificate } from '../../server/tls/imported.ts'
import { developmentRoot } from '../../server/tls/tls-option.ts'
import { optionsOnly, readArguments } from '../arguments.ts'
import { FILE_OPTIONS, readFiles } from '../tls-options.ts'
import { UsageError } from '../usage-error.ts'
import { printCertificate } from './print-certificate.ts'

/** `fairground certs import`: takes a certificate in that an authority handed out. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...FILE_OPTIONS,
    domain: { type: 'string', multiple: true },
    'certs-folder': { type: 'string', default: 'certs' },
  })
  optionsOnly('certs import', positionals)
  const files = readFiles(values)
  if (!files) throw new UsageError('What is to be imported? Give --cert and --key, or --pfx.')
  const certsFolder = resolve(values['certs-folder'])
  const nowMs = Date.now()
  const roots = developmentRoot({ certsFolder, dataFolder: userDataFolder() })
  const credential = await importCertificate(certsFolder, files, { nowMs, roots, names: values.domain })
  printCertificate({ source: 'imported', ...credential }, nowMs)
  console.log('\nNow: fairground start')
  return 0
}

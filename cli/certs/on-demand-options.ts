import { resolve } from 'node:path'
import type { OnDemandOptions } from '../../server/tls/acme/on-demand.ts'
import { wholeNumber } from '../arguments.ts'
import { printError } from '../print-error.ts'

/** Options of the verbs that ask an authority by themselves. */
export const ON_DEMAND_OPTIONS = {
  port: { type: 'string' },
  'http-port': { type: 'string' },
  host: { type: 'string' },
  'certs-folder': { type: 'string', default: 'certs' },
} as const

const HTTPS_PORT = 443
const HTTP_PORT = 80

/** @throws UsageError */
export function onDemand(values: {
  port?: string | undefined
  'http-port'?: string | undefined
  host?: string | undefined
  'certs-folder': string
}): Omit<OnDemandOptions, 'acme' | 'force'> {
  const stopping = new AbortController()
  // Ends the attempt in order: nothing of it is left for the next one to wait for.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  return {
    certsFolder: resolve(values['certs-folder']),
    port: wholeNumber('port', values.port, 65_535) ?? HTTPS_PORT,
    httpPort: wholeNumber('http-port', values['http-port'], 65_535) ?? HTTP_PORT,
    host: values.host,
    failed: printError,
    signal: stopping.signal,
  }
}

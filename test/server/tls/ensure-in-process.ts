/**
 * A process of its own that makes the development certificate: `node ensure-in-process.ts <certs> <data> <nowMs>`.
 * It says `ready`, waits for a line on its input so that several can start at the same moment, and prints JSON.
 */
import { once } from 'node:events'
import { ensureDevelopmentCertificate } from '../../../server/tls/development-leaf.ts'

const [certsFolder = '', dataFolder = '', nowMs = ''] = process.argv.slice(2)
await import('../../../server/tls/issue.ts') // loaded before the start, so that the race is for the files
process.stdout.write('ready\n')
await once(process.stdin, 'data')
try {
  const options = { certsFolder, dataFolder, nowMs: Number(nowMs), addresses: [], hostName: 'box-1' }
  process.stdout.write(JSON.stringify(await ensureDevelopmentCertificate(options)))
} catch (error) {
  const { code, message, next } = error as { code?: string; message?: string; next?: string }
  process.stdout.write(JSON.stringify({ code, message, next }))
}
process.stdin.destroy()

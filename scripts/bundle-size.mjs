// What a page loads when it uses the SDK, and a failure when that grows above the promise.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const SDK = join(import.meta.dirname, '../dist/sdk')
const CLIENT = 'fairground-client.js'
const NETCODE = 'fairground-netcode.js'
const PROMISES = [
  { what: 'client', files: [CLIENT], limitKb: 64 },
  { what: 'client + netcode', files: [CLIENT, NETCODE], limitKb: 84 },
]

const absent = [CLIENT, NETCODE].filter((file) => !existsSync(join(SDK, file)))
if (absent.length > 0) {
  console.error(`dist/sdk/ lacks ${absent.join(' and ')}. Build it first: npm run build`)
  process.exit(1)
}
console.log('Browser SDK          minified   gzipped     limit')
for (const { what, files, limitKb } of PROMISES) {
  const contents = files.map((file) => readFileSync(join(SDK, file)))
  const minifiedKb = contents.reduce((sum, content) => sum + content.length, 0) / 1000
  const gzippedKb = contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0) / 1000
  const tooBig = gzippedKb > limitKb
  const columns = [minifiedKb, gzippedKb, limitKb].map((kb) => `${kb.toFixed(1)} kB`.padStart(10)).join('')
  console.log(`${what.padEnd(18)} ${columns}${tooBig ? '  too big' : ''}`)
  if (tooBig) process.exitCode = 1
}

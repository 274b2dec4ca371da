import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** One file each: the bytes as they went over the wire, in hexadecimal, a frame a line. Named for what is wrong. */
const FOLDER = join(import.meta.dirname, 'seeds')

/** Keeps what the server read last before it failed; answers with the name of the first file. */
export function keepBatches(name: string, batches: readonly (readonly Buffer[])[]): string {
  mkdirSync(FOLDER, { recursive: true })
  const files = batches.map((batch, index) => {
    const file = join(FOLDER, `${name}-${index}.hex`)
    writeFileSync(file, batch.map((frame) => `${frame.toString('hex')}\n`).join(''))
    return relative(process.cwd(), file)
  })
  return files[0] ?? FOLDER
}

/** What was kept, by name. */
export function keptBatches(): [name: string, frames: Buffer[]][] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.hex'))
    .sort()
    .map((file) => {
      const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n')
      return [file.replace('.hex', ''), lines.filter(Boolean).map((line) => Buffer.from(line, 'hex'))]
    })
}

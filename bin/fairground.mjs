#!/usr/bin/env node
// Old syntax on purpose: on a Node too old for the rest, this file must still run and say so.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const WANTED = [22, 19]
const version = process.versions.node.split('.').map(Number)
const tooOld = version[0] < WANTED[0] || (version[0] === WANTED[0] && version[1] < WANTED[1])

if (tooOld) {
  const found = `this is Node ${process.versions.node}`
  process.stderr.write(`Fairground needs Node ${WANTED.join('.')} or later; ${found}.\n`)
  process.stderr.write(
    'Install a newer Node, for example the current LTS, then run the same command again.\n',
  )
  process.exit(1)
}

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, '..', 'cli', 'main.ts')
const compiled = join(here, '..', 'dist', 'lib', 'cli', 'main.js')

import(pathToFileURL(existsSync(source) ? source : compiled).href)
  .then((cli) => cli.main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code
  })
  .catch((error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exitCode = 1
  })

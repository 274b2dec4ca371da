/**
 * The big one: many players in one world, on Fairground, plain Colyseus, bare `ws` and Socket.io.
 *
 * `--only b` runs some of its parts, `--quick` proves in two minutes that it works. To look at one thing:
 * `--players 400,800 --servers fairground,bare-ws --profile FOLDER`, the last for CPU profiles of the servers.
 */
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeCertificate } from './parts/certificate.ts'
import { cubes } from './worlds/cubes.ts'
import { idle } from './worlds/idle.ts'
import { interestAreas } from './worlds/interest-areas.ts'
import { joins } from './worlds/joins.ts'
import { openRooms } from './worlds/open-rooms.ts'
import type { Part, Section } from './worlds/part.ts'
import { publishWorlds } from './worlds/publish.ts'
import type { Side } from './worlds/server-process.ts'
import { SIDES } from './worlds/sides.ts'
import { throttled } from './worlds/throttled.ts'

const PARTS: readonly Part[] = [openRooms, interestAreas, throttled, joins, idle, cubes]

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.map(({ letter }) => letter).join(',') },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    players: { type: 'string' },
    servers: { type: 'string' },
    profile: { type: 'string' },
  },
})
const letters = values.only.split(',')
const unknown = letters.find((letter) => !PARTS.some((part) => part.letter === letter))
if (unknown !== undefined)
  throw new Error(
    `There is no part "${unknown}": ${PARTS.map(({ letter, title }) => `${letter} (${title})`).join(', ')}.`,
  )
if (values.save && (values.quick || values.players || values.servers || values.profile))
  throw new Error('Only whole parts are kept: leave out --quick, --players, --servers and --profile.')
if (values.profile) mkdirSync(values.profile, { recursive: true })

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const context = {
  folder,
  ...makeCertificate(folder, 'ecdsa'),
  quick: values.quick,
  sizes: values.players?.split(',').map(Number),
  sides: values.servers?.split(',').map(sideOf),
  profileFolder: values.profile,
  progress: (text: string) => console.log(text),
}
const sections: Section[] = []
try {
  for (const part of PARTS.filter(({ letter }) => letters.includes(letter))) {
    console.log(`\n(${part.letter}) ${part.title}`)
    sections.push(await part.run(context))
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
publishWorlds(sections, { save: values.save, quick: values.quick })
for (const { letter, faults } of sections) {
  for (const fault of faults) console.error(`FAULT: ${fault}`)
  if (values.save && faults.length > 0) console.error(`Part (${letter}) was not kept.`)
  if (faults.length > 0) process.exitCode = 1
}

function sideOf(name: string): Side {
  const side = SIDES.find((known) => known === name)
  if (!side) throw new Error(`There is no server "${name}": ${SIDES.join(', ')}.`)
  return side
}

/** The big one: many players in one world, on Fairground, plain Colyseus, bare `ws` and Socket.io. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeCertificate } from './parts/certificate.ts'
import { interestAreas } from './worlds/interest-areas.ts'
import { openRooms } from './worlds/open-rooms.ts'
import type { Part, Section } from './worlds/part.ts'
import { publishWorlds } from './worlds/publish.ts'

const PARTS: readonly Part[] = [openRooms, interestAreas]

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.map(({ letter }) => letter).join(',') },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const letters = values.only.split(',')
const unknown = letters.find((letter) => !PARTS.some((part) => part.letter === letter))
if (unknown !== undefined)
  throw new Error(
    `There is no part "${unknown}": ${PARTS.map(({ letter, title }) => `${letter} (${title})`).join(', ')}.`,
  )
if (values.quick && values.save)
  throw new Error('A quick run proves that it works; its figures are not kept.')

const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
const context = {
  folder,
  ...makeCertificate(folder, 'ecdsa'),
  quick: values.quick,
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
for (const fault of sections.flatMap(({ faults }) => faults)) console.error(`FAULT: ${fault}`)
if (sections.some(({ faults }) => faults.length > 0)) process.exitCode = 1

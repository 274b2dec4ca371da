/** Fills the arena of a running server with bots. Started by `fairground dev`, or by hand with FAIRGROUND_URL. */
import { setTimeout as wait } from 'node:timers/promises'
import { FairgroundError } from '../shared/errors.ts'
import { seededRandom } from '../shared/random.ts'
import { Filler } from './filler.ts'
import { runUntilToldToStop } from './own-process.ts'

const LOOK_EVERY_MS = 700
const DEFAULT_PLAYERS = 6

const url = process.env['FAIRGROUND_URL'] ?? 'wss://localhost:2567'
const players = Number(process.env['FAIRGROUND_BOTS'] ?? DEFAULT_PLAYERS)
const filler = new Filler({ url, players, random: seededRandom(Date.now()) })
let running = true

runUntilToldToStop(async () => {
  running = false
  await filler.leave()
})

let lastTrouble = ''
while (running) {
  try {
    await filler.adjust()
    lastTrouble = ''
  } catch (error) {
    // A server that restarts is down for a moment; anything else is said once.
    const code = error instanceof FairgroundError ? error.code : ''
    const quiet = code === 'SERVER_DOWN' || code === 'SERVER_SHUTTING_DOWN' || error instanceof TypeError
    const trouble = error instanceof Error ? error.message : String(error)
    if (!quiet && trouble !== lastTrouble) console.error(`bots: ${trouble}`)
    lastTrouble = trouble
  }
  await wait(LOOK_EVERY_MS)
}

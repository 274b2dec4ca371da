/** The watchdog's thread: sees that the main thread's heartbeat stops, and says what was running then. */
import { writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import {
  BEAT,
  CHECKS_A_HANG,
  type FromWatchdog,
  type Hang,
  PLACE,
  type Place,
  type ToWatchdog,
  type WatchdogData,
} from './watchdog-protocol.ts'

const { shared, checkEveryMs, json } = workerData as WatchdogData
const cells = new Int32Array(shared)
const places = new Map<number, Place>()

parentPort!.on('message', (message: ToWatchdog) => {
  if (message.type === 'place') places.set(message.id, message.place)
  else if (message.type === 'endBy') setTimeout(end, message.ms)
  else for (const id of message.ids) places.delete(id)
})

let lastBeat = -1
/** Checks in a row without a heartbeat: counted and not timed, for a suspended machine suspends both threads. */
let missed = 0
let sayAt = CHECKS_A_HANG
let hung: Hang | undefined

setInterval(() => {
  const beat = Atomics.load(cells, BEAT)
  if (beat !== lastBeat) {
    if (hung) parentPort!.postMessage({ type: 'recovered', hang: hung } satisfies FromWatchdog)
    lastBeat = beat
    missed = 0
    sayAt = CHECKS_A_HANG
    hung = undefined
    return
  }
  missed++
  if (missed < sayAt) return
  sayAt *= 4
  hung = { ms: missed * checkEveryMs, ...(places.get(Atomics.load(cells, PLACE)) ?? {}) }
  say(hung)
}, checkEveryMs)

/** A loop without an end keeps the main thread from ending the process, whatever signals it gets. */
function end(): void {
  say({ ms: missed * checkEveryMs, ...(places.get(Atomics.load(cells, PLACE)) ?? {}) })
  process.kill(process.pid, 'SIGKILL')
}

/** Written by this thread itself: the main one, which has the log, does nothing any more. */
function say({ ms, room, roomId, hook }: Hang): void {
  const where = room === undefined ? 'outside any room' : `in ${room}.${hook} (room ${roomId})`
  const msg = `the event loop has stood still for ${ms} ms, ${where}`
  const line = json ? JSON.stringify({ level: 60, time: Date.now(), ms, room, roomId, hook, msg }) : msg
  writeSync(2, `${line}\n`)
}

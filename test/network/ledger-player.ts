/**
 * The machine at the client's end: `URL`. Books something twenty times a second, by request while the line is up and by
 * message while it reconnects, until it is told to be still. Tells all it knows when asked.
 */
import { connect } from '../../client-sdk/index.ts'
import type { server } from './ledger-server.ts'

const BOOK_EVERY_MS = 50
/** So many messages wait while reconnecting, by the SDK's own rule. */
const MAX_NOTES = 10
console.info = () => {}

export interface Diary {
  /** Requests that were answered, each answer noted as it came. */
  answered: string[]
  /** Requests that ended with an error, and with which. */
  failed: Record<string, string>
  /** Messages sent while reconnecting, and how often it had been reconnecting then. */
  notes: [id: string, gap: number][]
  statuses: string[]
  state: unknown
}

const room = await connect<typeof server>(process.env['URL']!).joinOrCreate('ledger')
const diary: Diary = { answered: [], failed: {}, notes: [], statuses: [], state: undefined }
let next = 0
let gaps = 0
let notesOfGap = 0
room.onStatus((status, reason) => {
  diary.statuses.push(reason ? `${status} ${reason.code}` : status)
  if (status !== 'reconnecting') return
  gaps++
  notesOfGap = 0
})

const timer = setInterval(() => {
  if (room.status === 'open') ask(`request ${next++}`)
  else if (room.status === 'reconnecting' && notesOfGap++ < MAX_NOTES) note(`note ${next++}`)
}, BOOK_EVERY_MS)

function ask(id: string): void {
  room.request('book', id).then(
    (answer) => diary.answered.push(answer),
    ({ code }: { code: string }) => {
      diary.failed[id] = diary.failed[id] === undefined ? code : `${diary.failed[id]}, ${code}`
    },
  )
}

function note(id: string): void {
  room.send('note', id)
  diary.notes.push([id, gaps])
}

process.on('message', (question: 'diary' | 'be still') => {
  if (question === 'be still') clearInterval(timer)
  diary.state = (room.state as { toJSON(): unknown }).toJSON()
  process.send!(diary)
})
process.send!('joined')

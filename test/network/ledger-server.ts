/** The machine at the server's end: `ADDRESS`, `FOLDER`. Says over IPC where it listens, and what was booked when asked. */
import { matchMaker } from '@colyseus/core'
import { createServer } from '../../server/index.ts'
import { LedgerRoom } from './ledger-room.ts'

const folder = process.env['FOLDER']!
export const server = createServer({
  rooms: { ledger: LedgerRoom },
  log: 'silent',
  dataFolder: `${folder}/data`,
  certsFolder: `${folder}/certs`,
})

export interface Books {
  booked: string[]
  gate: string[]
  state: unknown
}

process.on('message', async (question: 'books' | 'be still') => {
  const [listing] = await matchMaker.query({ name: 'ledger' })
  const room = matchMaker.getLocalRoomById(listing!.roomId) as unknown as LedgerRoom
  if (question === 'be still') room.still = true
  const { booked, gate } = room
  process.send!({ booked, gate, state: room.state.toJSON() } satisfies Books)
})
process.send!(await server.listen({ port: 0, host: process.env['ADDRESS']! }))

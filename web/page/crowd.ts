/** How many are in the rooms, wherever the page tells it: `data-room` names the room, `data-doing` what they do there. */
import type { RoomListing } from '../../shared/protocol.ts'
import { say } from './element.ts'

export const SILENT = 'The server does not answer at the moment.'
const EVERY_MS = 5000

/**
 * Keeps all `[data-room]` of the page up to date until it is stopped.
 *
 * @param tell called with how many rooms are open, and with undefined when the server does not answer
 */
export function watchCrowds(tell: (rooms: number | undefined) => void): () => void {
  const count = async (): Promise<void> => tell(await showCrowds())
  void count()
  const timer = setInterval(() => void count(), EVERY_MS)
  return () => clearInterval(timer)
}

async function showCrowds(): Promise<number | undefined> {
  let rooms: RoomListing[]
  try {
    rooms = await (await fetch('/rooms')).json()
  } catch {
    return undefined
  }
  for (const crowd of document.querySelectorAll<HTMLElement>('[data-room]')) {
    const { room, doing = 'here', nobody = 'Nobody is in yet' } = crowd.dataset
    const people = rooms.filter(({ name }) => name === room).reduce((sum, { clients }) => sum + clients, 0)
    say(crowd, people === 0 ? nobody : `${people} ${doing} now`)
  }
  return rooms.length
}

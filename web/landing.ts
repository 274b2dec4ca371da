import type { RoomListing } from '../shared/protocol.ts'

const EVERY_MS = 5000
const state = document.querySelector<HTMLElement>('#state')!

async function refresh(): Promise<void> {
  try {
    const rooms = (await (await fetch('/rooms')).json()) as RoomListing[]
    for (const crowd of document.querySelectorAll<HTMLElement>('[data-room]')) {
      const open = rooms.filter(({ name }) => name === crowd.dataset['room'])
      const players = open.reduce((sum, { clients }) => sum + clients, 0)
      const doing = crowd.dataset['doing'] ?? 'playing'
      crowd.textContent = players === 0 ? 'Nobody is in yet' : `${players} ${doing} now`
    }
    state.textContent = `${rooms.length} ${rooms.length === 1 ? 'room' : 'rooms'} open`
  } catch {
    state.textContent = 'The server does not answer at the moment.'
  }
}

void refresh()
setInterval(() => void refresh(), EVERY_MS)

/** The match server of this repository: what `npm start` runs. */
import { ArenaRoom } from './rooms/arena/room.ts'
import { TurnsRoom } from './rooms/turns/room.ts'
import { createServer } from './server/index.ts'

export const server = createServer({
  rooms: { arena: ArenaRoom, turns: TurnsRoom },
  web: new URL('./dist/web', import.meta.url),
})

/** The match server of this repository: what `npm start` runs. */
import { ArenaRoom } from './rooms/arena/room.ts'
import { RoyaleRoom } from './rooms/arena/royale-room.ts'
import { ChatRoom } from './rooms/chat/room.ts'
import { DevicesRoom } from './rooms/devices/room.ts'
import { TickerRoom } from './rooms/ticker/room.ts'
import { TurnsRoom } from './rooms/turns/room.ts'
import { createServer, sqliteStorage } from './server/index.ts'

export const server = createServer({
  rooms: {
    arena: ArenaRoom,
    royale: RoyaleRoom,
    chat: ChatRoom,
    devices: DevicesRoom,
    ticker: TickerRoom,
    turns: TurnsRoom,
  },
  storage: sqliteStorage(new URL('./data/fairground.db', import.meta.url)),
  web: new URL('./dist/web', import.meta.url),
})

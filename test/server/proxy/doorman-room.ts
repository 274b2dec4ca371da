import { GameRoom, type JoinContext } from '../../../server/index.ts'

/** A room that remembers what its onAuth was told about each who asked. */
export class DoormanRoom extends GameRoom {
  static readonly told: JoinContext[] = []

  static override async onAuth(token: string, options: unknown, context: JoinContext) {
    DoormanRoom.told.push(context)
    return GameRoom.onAuth(token, options, context)
  }

  /** What the room learned at the last join, headers as text. */
  static last(): { ip: string | undefined; headers: string } {
    const { ip, headers, req } = DoormanRoom.told.at(-1)!
    return { ip, headers: JSON.stringify([...headers, req.rawHeaders, req.headers]) }
  }
}

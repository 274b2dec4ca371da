import type { Room } from '../../../client-sdk/index.ts'
import type { ChatMessage, Receipt } from '../../../rooms/chat/messages.ts'
import { type ChatIdentity, ChatRoom } from '../../../rooms/chat/room.ts'
import { type GameStorage, type JoinContext, sqliteStorage } from '../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'

/** A chat in which whoever calls herself Mod is a moderator, and one word is not welcome. */
export class HouseChat extends ChatRoom {
  static override async onAuth(
    token: string,
    options: { name?: string },
    context: JoinContext,
  ): Promise<ChatIdentity> {
    const identity = await ChatRoom.onAuth(token, options, context)
    return { ...identity, moderator: options?.name === 'Mod' }
  }

  override filterText(text: string) {
    return /slimeball/i.test(text) ? undefined : text.replaceAll('darn', '****')
  }
}

export const rooms = { chat: HouseChat }
export type ChatServer = TestServer<typeof rooms>
export type Talker = Room<HouseChat> & { readonly heard: ChatMessage[] }

export function startChat(storage: GameStorage = sqliteStorage(':memory:')): Promise<ChatServer> {
  return startTestServer({ rooms, storage })
}

/** Somebody who comes in and remembers what was said. */
export async function comeIn(server: ChatServer, name: string, client = server.connect()): Promise<Talker> {
  const room = await client.joinOrCreate('chat', { name })
  const heard: ChatMessage[] = []
  room.on('said', (messages) => heard.push(...messages))
  room.on('changed', (changed) => {
    const at = heard.findIndex(({ seq, channel }) => seq === changed.seq && channel === changed.channel)
    if (at >= 0) heard[at] = changed
  })
  return Object.assign(room, { heard })
}

let count = 0

/** Says something that the chat takes. */
export async function say(who: Talker, text: string, channel = 'general'): Promise<Receipt> {
  const answer = await who.request('say', { channel, id: `t${count++}`, text })
  if (!answer.ok) throw new Error(`refused: ${answer.reason}`)
  return answer
}

export const textsOf = (messages: readonly ChatMessage[]): string[] => messages.map(({ text }) => text)

/** The chat for tests in a browser, run by `fairground dev`: whoever calls herself Mod is a moderator. */
import { type ChatIdentity, ChatRoom } from '../../rooms/chat/room.ts'
import { createServer, type JoinContext, sqliteStorage } from '../../server/index.ts'

class QuickChat extends ChatRoom {
  static override async onAuth(
    token: string,
    options: { name?: string },
    context: JoinContext,
  ): Promise<ChatIdentity> {
    const identity = await ChatRoom.onAuth(token, options, context)
    return { ...identity, moderator: options?.name === 'Mod' }
  }

  override filterText(text: string) {
    return text.includes('slimeball') ? undefined : text
  }
}

const certs = process.env['QUICK_ARENA_CERTS']!
const storage = sqliteStorage(`${certs}/../chat.db`)

/** A channel in which people have talked for two days. */
async function talk(channel: string): Promise<void> {
  await storage.open()
  const people = ['Mira', 'Otto', 'Jun', 'Salma']
  const lines = [
    'Anybody up for a match at eight?',
    'Count me in',
    'The new map is a maze. I ran into the same wall twice.',
    'Stay away from the middle until the shield is gone, then dash through.',
    '👍',
    'Who was that with the streak of nine?',
    'Salma. It is always Salma.',
    'I had the rapid fire the whole time, that is all',
  ]
  const firstMs = Date.now() - 2 * 86_400_000
  await storage.append(
    Array.from({ length: 130 }, (_, index) => {
      const name = people[(index * 7 + Math.floor(index / 3)) % people.length]!
      const atMs = firstMs + index * 20 * 60_000
      const value = { by: `guest-${name}`, name, text: `${lines[index % lines.length]}`, atMs }
      return { log: `chat/channel/${channel}`, id: `guest-${name}:old-${index}`, value }
    }),
  )
}

await talk('arena')

export const server = createServer({
  rooms: { chat: QuickChat },
  web: new URL('../../dist/web', import.meta.url),
  storage,
  certsFolder: certs,
  log: 'warn',
})

import type { Room } from '../../client-sdk/index.ts'
import type { ChatRoom } from '../../rooms/chat/room.ts'

/** The chat as this page sees it. */
export type ChatClient = Room<ChatRoom>

/** A server with one of everything that a client's types are inferred from. Only its type is used. */
import { z } from 'zod'
import { type Client, createServer, GameRoom, message, request } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

export const Player = schema(
  { x: t.float32().default(0), name: t.string().default(''), bag: t.map('number') },
  'Player',
)
export type Player = SchemaType<typeof Player>

export const GameState = schema(
  { round: t.uint8().default(0), players: t.map(Player), log: t.array('string') },
  'GameState',
)
export type GameState = SchemaType<typeof GameState>

export const GameInput = schema(
  { moveX: t.float32().default(0), fire: t.boolean().default(false) },
  'GameInput',
)
export type GameInput = SchemaType<typeof GameInput>

export interface GameEvents {
  hit: { victim: string; damage: number }
  over: undefined
}

class GameLikeRoom extends GameRoom<{ state: GameState; input: GameInput; events: GameEvents }> {
  override state = new GameState()
  override inputs = this.defineInput(GameInput)
  override joinOptions = z.object({ name: z.string(), team: z.number().optional() })
  override messages = {
    emote: message(z.enum(['wave', 'laugh']), () => {}),
    count: message(z.string().transform(Number), (_client, n) => void n.toFixed()),
    ready: message(z.undefined(), () => {}),
  }
  override requests = {
    rename: request(z.object({ name: z.string() }), (_client, { name }) => ({ name, at: 5 })),
    later: request(z.undefined(), async () => 'done' as const),
  }

  override onJoin(client: Client, _options: { name: string }) {
    client.send('hit', { victim: '', damage: 1 })
  }
}

class ChatLikeRoom extends GameRoom<{ events: { line: string } }> {
  override joinOptions = z.object({ nick: z.string().optional() })
}

class BareRoom extends GameRoom {}

export const makeServer = () =>
  createServer({ rooms: { game: GameLikeRoom, chat: ChatLikeRoom, bare: BareRoom } })
export type Server = ReturnType<typeof makeServer>

import { describe, expectTypeOf, it } from 'vitest'
import type {
  EventsOf,
  Fairground,
  InputOf,
  JoinOptionsOf,
  MessagesOf,
  RequestsOf,
  Room,
  RoomName,
  RoomType,
  StateOf,
} from '../../client-sdk/index.ts'
import { connect } from '../../client-sdk/index.ts'
import type { CollectionName, FieldName, ItemOf, KeyOf } from '../../client-sdk/server-types.ts'
import type { GameInput, GameState, Player, Server } from './fixture.ts'

type Game = RoomType<Server, 'game'>
type Chat = RoomType<Server, 'chat'>
type Bare = RoomType<Server, 'bare'>

describe('what a client knows of a server', () => {
  it('is the names of its rooms', () => {
    expectTypeOf<RoomName<Server>>().toEqualTypeOf<'game' | 'chat' | 'bare'>()
    expectTypeOf(connect<Server>).returns.toEqualTypeOf<Fairground<Server>>()
  })

  it('is what each room wants of who joins', () => {
    expectTypeOf<JoinOptionsOf<Game>>().toEqualTypeOf<{ name: string; team?: number | undefined }>()
    expectTypeOf<JoinOptionsOf<Chat>>().toEqualTypeOf<{ nick?: string | undefined }>()
    expectTypeOf<JoinOptionsOf<Bare>>().toEqualTypeOf<Record<string, unknown>>()
  })

  it('is the state, down to the items of its collections', () => {
    expectTypeOf<StateOf<Game>>().toEqualTypeOf<GameState>()
    expectTypeOf<CollectionName<GameState>>().toEqualTypeOf<'players' | 'log'>()
    expectTypeOf<CollectionName<Player>>().toEqualTypeOf<'bag'>()
    expectTypeOf<ItemOf<GameState['players']>>().toEqualTypeOf<Player>()
    expectTypeOf<ItemOf<GameState['log']>>().toEqualTypeOf<string>()
    expectTypeOf<KeyOf<GameState['players']>>().toEqualTypeOf<string>()
    expectTypeOf<KeyOf<GameState['log']>>().toEqualTypeOf<number>()
    expectTypeOf<'round'>().toExtend<FieldName<GameState>>()
    expectTypeOf<'toJSON'>().not.toExtend<FieldName<GameState>>()
  })

  it('is the events, messages and requests with their payloads and replies', () => {
    expectTypeOf<EventsOf<Game>>().toEqualTypeOf<{
      hit: { victim: string; damage: number }
      over: undefined
    }>()
    expectTypeOf<keyof EventsOf<Bare>>().toEqualTypeOf<never>()
    expectTypeOf<MessagesOf<Game>>().toEqualTypeOf<{
      emote: 'wave' | 'laugh'
      count: string
      ready: undefined
    }>()
    expectTypeOf<keyof MessagesOf<Bare>>().toEqualTypeOf<never>()
    expectTypeOf<RequestsOf<Game>>().toEqualTypeOf<{
      rename: { payload: { name: string }; reply: { name: string; at: number } }
      later: { payload: undefined; reply: 'done' }
    }>()
    expectTypeOf<keyof RequestsOf<Chat>>().toEqualTypeOf<never>()
  })

  it('is the input of a tick, where the room takes any', () => {
    expectTypeOf<InputOf<Game>>().toExtend<GameInput>()
    expectTypeOf<InputOf<Game>['moveX']>().toEqualTypeOf<number>()
    expectTypeOf<InputOf<Game>['fire']>().toEqualTypeOf<boolean>()
    expectTypeOf<InputOf<Chat>>().toEqualTypeOf<never>()
  })
})

describe('a joined room', () => {
  type Joined = Room<Game>

  it('has the state and the input of its class', () => {
    expectTypeOf<Joined['state']>().toEqualTypeOf<GameState>()
    expectTypeOf<ReturnType<Joined['input']>['data']>().toExtend<{ moveX: number; fire: boolean }>()
  })

  it('is what every way of joining answers', () => {
    type Client = Fairground<Server>
    expectTypeOf<Awaited<ReturnType<Client['joinOrCreate']>>>().toExtend<{ sessionId: string }>()
    const join = (client: Client) => client.joinOrCreate('game', { name: 'Ann' })
    expectTypeOf(join).returns.resolves.toEqualTypeOf<Room<Game>>()
    const joinById = (client: Client) => client.joinById('chat', 'id')
    expectTypeOf(joinById).returns.resolves.toEqualTypeOf<Room<Chat>>()
    const resume = (client: Client) => client.resume('game')
    expectTypeOf(resume).returns.resolves.toEqualTypeOf<Room<Game> | undefined>()
  })

  it('passes typed values to its callbacks', () => {
    const use = (room: Joined, player: Player) => {
      room.on('hit', (payload) => expectTypeOf(payload).toEqualTypeOf<{ victim: string; damage: number }>())
      room.onAdd('players', (item, key) => {
        expectTypeOf(item).toEqualTypeOf<Player>()
        expectTypeOf(key).toEqualTypeOf<string>()
      })
      room.onAdd('log', (item, index) => {
        expectTypeOf(item).toEqualTypeOf<string>()
        expectTypeOf(index).toEqualTypeOf<number>()
      })
      room.onAdd(player, 'bag', (item) => expectTypeOf(item).toEqualTypeOf<number>())
      room.onChange('round', (round, before) => {
        expectTypeOf(round).toEqualTypeOf<number>()
        expectTypeOf(before).toEqualTypeOf<number | undefined>()
      })
      room.onChange(player, 'name', (name) => expectTypeOf(name).toEqualTypeOf<string>())
      return room.request('rename', { name: 'Ben' })
    }
    expectTypeOf(use).returns.resolves.toEqualTypeOf<{ name: string; at: number }>()
  })
})

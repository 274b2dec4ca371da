import { expectTypeOf, it } from 'vitest'
import type { Fairground, Room, RoomType } from '../../client-sdk/index.ts'
import { netcode } from '../../client-sdk/netcode.ts'
import type { Player, Server } from './fixture.ts'

// Checked by tsc, which fails on an unused @ts-expect-error; nothing here is ever called.

type Client = Fairground<Server>
type Joined = Room<RoomType<Server, 'game'>>

it('refuses an unknown room name', () => {
  const use = (client: Client) => {
    // @ts-expect-error there is no such room
    void client.joinOrCreate('gaem', { name: 'Ann' })
    // @ts-expect-error there is no such room
    void client.create('gaem')
    // @ts-expect-error there is no such room
    void client.joinById('gaem', 'id')
    // @ts-expect-error there is no such room
    void client.resume('gaem')
  }
  expectTypeOf(use).toBeFunction()
})

it('wants the join options that a room requires, and none where it requires none', () => {
  const use = (client: Client) => {
    // @ts-expect-error the name is required
    void client.joinOrCreate('game')
    // @ts-expect-error the name is required
    void client.join('game', {})
    // @ts-expect-error the name is a string
    void client.joinOrCreate('game', { name: 5 })
    // @ts-expect-error there is no such option
    void client.joinOrCreate('game', { name: 'Ann', colour: 'red' })
    // @ts-expect-error there is no such option
    void client.joinOrCreate('chat', { nickname: 'Ann' })
    void client.joinOrCreate('game', { name: 'Ann', team: 1 })
    void client.joinOrCreate('chat')
    void client.joinOrCreate('chat', {})
    void client.joinOrCreate('bare')
    void client.joinOrCreate('bare', { anything: 1 })
  }
  expectTypeOf(use).toBeFunction()
})

it('refuses unknown messages and wrong payloads', () => {
  const use = (room: Joined, bare: Room<RoomType<Server, 'bare'>>) => {
    // @ts-expect-error there is no such message
    room.send('emotes', 'wave')
    // @ts-expect-error the payload is one of two words
    room.send('emote', 'cry')
    // @ts-expect-error the payload is required
    room.send('emote')
    // @ts-expect-error this message is sent without one
    room.send('ready', 1)
    // @ts-expect-error what is sent is the schema's input, not its output
    room.send('count', 5)
    // @ts-expect-error a request is not a message
    room.send('rename', { name: 'Ben' })
    // @ts-expect-error this room takes no messages
    bare.send('anything')
    room.send('emote', 'wave')
    room.send('ready')
    room.send('count', '5')
  }
  expectTypeOf(use).toBeFunction()
})

it('refuses unknown requests, events, collections and fields', () => {
  const use = (room: Joined, player: Player) => {
    // @ts-expect-error there is no such request
    void room.request('renam', { name: 'Ben' })
    // @ts-expect-error the name is a string
    void room.request('rename', { name: 5 })
    // @ts-expect-error there is no such event
    room.on('hitt', () => {})
    // @ts-expect-error the event's payload is an object
    room.on('hit', (payload: string) => payload)
    // @ts-expect-error there is no such collection
    room.onAdd('player', () => {})
    // @ts-expect-error a number is not a collection
    room.onAdd('round', () => {})
    // @ts-expect-error there is no such collection in an entity
    room.onAdd(player, 'bags', () => {})
    // @ts-expect-error there is no such field
    room.onChange(player, 'nam', () => {})
  }
  expectTypeOf(use).toBeFunction()
})

it('refuses to write the state handle, and inputs and fields that do not exist', () => {
  const use = (room: Joined) => {
    // @ts-expect-error the state belongs to the server
    room.state = undefined
    // @ts-expect-error there is no such input
    room.input().data.jump = true
    // @ts-expect-error a stick is a number
    room.input().data.moveX = 'left'
    const play = netcode(room)
    // @ts-expect-error a name cannot be interpolated
    play.interpolate('players', ['name'])
    // @ts-expect-error there is no such collection
    play.interpolate('player', ['x'])
    play.interpolate('players', ['x'])
  }
  expectTypeOf(use).toBeFunction()
})

it('refuses a server type that carries no rooms', () => {
  // @ts-expect-error not a server
  type Wrong = Fairground<{ rooms: object }>
  expectTypeOf<Wrong>().not.toBeNever()
})

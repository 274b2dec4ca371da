import { type Client as ColyseusClient, Room } from '@colyseus/core'
import { StateView } from '@colyseus/schema'
import { expect, it } from 'vitest'
import { type Client, GameRoom } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import { startTestServer } from '../../testing/index.ts'
import { startPlainColyseus } from './plain-colyseus.ts'

// D7: of clients that share a view, only the first learns what the view gained, in a tick in which nothing else changed.

const Card = schema({ face: t.uint8().default(0) }, 'Card')
const TableState = schema({ turn: t.uint8().default(0), cards: t.map(Card).view() }, 'TableState')
type TableState = SchemaType<typeof TableState>

function table(): TableState {
  const state = new TableState()
  for (const face of [1, 2, 3]) state.cards.set(`card-${face}`, new Card().assign({ face }))
  return state
}

/** One view for the whole team. */
class TableRoom extends GameRoom<{ state: TableState }> {
  override state = table()
  readonly team = new StateView()
  override onJoin(client: Client) {
    client.view = this.team
  }
}
class PlainTableRoom extends Room<{ state: TableState }> {
  override state = table()
  override patchRate = null as never
  readonly team = new StateView()
  override onJoin(client: ColyseusClient) {
    client.view = this.team
  }
}
const rooms = { table: TableRoom }
const hand = ({ state }: { state: TableState }) => [...(state.cards?.keys() ?? [])]

it('plain Colyseus: only one of two clients with the same view learns what it gained', async () => {
  await using server = await startPlainColyseus(PlainTableRoom)
  const first = await server.connect().joinOrCreate<TableState>('room')
  const second = await server.connect().joinOrCreate<TableState>('room')
  const pinged = () => Promise.all([first, second].map((room) => new Promise((done) => room.ping(done))))
  await pinged()
  const room = server.room(first)
  room.broadcastPatch()
  room.team.add(room.state.cards.get('card-2')!)
  room.broadcastPatch()
  await pinged()
  expect([first, second].map(hand).filter(({ length }) => length > 0)).toEqual([['card-2']])
})

it('all who share a view learn what it gains and loses, in quiet ticks and in others', async () => {
  await using server = await startTestServer({ rooms })
  const players = [await server.connect().joinOrCreate('table'), await server.connect().joinOrCreate('table')]
  const { state, team } = server.room('table', players[0]!)
  await server.step(1, ...players)
  team.add(state.cards.get('card-2')!)
  await server.step(1, ...players)
  expect(players.map(hand)).toEqual([['card-2'], ['card-2']])
  team.add(state.cards.get('card-3')!)
  state.turn++
  await server.step(1, ...players)
  expect(players.map(hand)).toEqual([
    ['card-2', 'card-3'],
    ['card-2', 'card-3'],
  ])
  team.remove(state.cards.get('card-2')!)
  await server.step(1, ...players)
  state.cards.get('card-3')!.face = 9
  await server.step(1, ...players)
  expect(players.map(hand)).toEqual([['card-3'], ['card-3']])
  expect(players.map((player) => player.state.cards.get('card-3')!.face)).toEqual([9, 9])
})

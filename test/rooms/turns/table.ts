import { wireOf } from '../../../client-sdk/room.ts'
import type { Move, MoveAnswer } from '../../../rooms/turns/moves.ts'
import { TurnsRoom } from '../../../rooms/turns/room.ts'
import { sideOf } from '../../../rooms/turns/sides.ts'
import type { Player, TurnsState } from '../../../rooms/turns/state.ts'
import { CARDS_PER_SIDE } from '../../../rooms/turns/tuning.ts'
import type { TestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'

/** Turns of two seconds, and nobody is waited for longer than three. */
export class HastyTurnsRoom extends TurnsRoom {
  override reconnectHoldSeconds = 0.02
  override turnSeconds = 2
  override keepMinutes = 0.05
  override keepIdleMinutes = 0.01
}

export const rooms = { turns: TurnsRoom, hasty: HastyTurnsRoom }
export type TurnsServer = TestServer<typeof rooms>
export type Guest = ReturnType<TurnsServer['connect']>
export type TurnsClient = Awaited<ReturnType<Guest['joinById']>> & { state: TurnsState }
export type Kind = keyof typeof rooms

/** Ann opens a private table and Ben comes by its code: two browsers and what they see. */
export async function sitDown(server: TurnsServer, kind: Kind = 'turns') {
  const [annsBrowser, bensBrowser] = [server.connect(), server.connect()]
  const ann = await annsBrowser.create(kind, { name: 'Ann', private: true })
  const ben = await bensBrowser.joinById(kind, ann.id, { name: 'Ben' })
  await server.step(1, ann, ben)
  return { annsBrowser, bensBrowser, ann, ben }
}

export function seatOf({ state, sessionId }: TurnsClient): number {
  return state.players.findIndex((player) => player.sessionId === sessionId)
}

export function own(client: TurnsClient): Player {
  return client.state.players[seatOf(client)]!
}

/** Of these clients, the one whose turn it is. */
export function atIt(...clients: TurnsClient[]): TurnsClient {
  return clients.find((client) => seatOf(client) === client.state.turn)!
}

export function notAtIt(...clients: TurnsClient[]): TurnsClient {
  return clients.find((client) => seatOf(client) !== client.state.turn)!
}

/** A move that is right for who makes it: its first card, at the first tent with room. */
export function anyLay(client: TurnsClient, masked = false): Move {
  const { state } = client
  const tent = [...state.tents].findIndex((each) => sideOf(each, seatOf(client)).length < CARDS_PER_SIDE)
  return { kind: 'lay', turn: state.turnNumber, card: own(client).hand[0]!, tent, masked }
}

export function move(client: TurnsClient, made: Move): Promise<MoveAnswer> {
  return client.request('move', made)
}

/** Breaks a connection as a browser does that is closed for good. */
export async function closeBrowser(server: TurnsServer, client: TurnsClient): Promise<void> {
  wireOf(client).reconnection.enabled = false
  const { clients } = server.room(client.name as Kind, client)
  ;(clients.getById(client.sessionId)!.ref as unknown as { terminate(): void }).terminate()
  await eventually(() => {
    if (client.status !== 'closed') throw new Error('still open')
  })
}

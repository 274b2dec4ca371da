import { deviceToken, operatorToken } from '../../../rooms/devices/keys.ts'
import { DevicesRoom } from '../../../rooms/devices/room.ts'
import { type GameStorage, type ServerOptions, sqliteStorage } from '../../../server/index.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { JsonPeer } from '../../server/gateway/json-peer.ts'

const KEY = 'a key for tests only'
process.env['DEVICES_KEY'] = KEY

export const rooms = { devices: DevicesRoom }
export type FleetServer = TestServer<typeof rooms>
export type Operator = Awaited<ReturnType<typeof operate>>

export function startFleet(
  options: Partial<ServerOptions<typeof rooms>> = {},
  storage: GameStorage = sqliteStorage(':memory:'),
): Promise<FleetServer> {
  return startTestServer({ rooms, ticks: 'real', storage, ...options })
}

export const tokenOf = (id: string): string => deviceToken(Buffer.from(KEY), id)
export const operatorKey = (): string => operatorToken(Buffer.from(KEY))

/** An operator's page. */
export function operate(server: FleetServer) {
  return server.connect({ token: operatorKey() }).joinOrCreate('devices', { role: 'operator' })
}

/** A device that is joined by the JSON gateway; what it does about what it is told is the test's. */
export async function device(server: FleetServer, id: string, token: string | null = tokenOf(id)) {
  const peer = await JsonPeer.connect(server.url, 'devices')
  const joined = await peer.join({ role: 'device', id }, token ?? undefined)
  return { peer, joined }
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as ColyseusServer, matchMaker, type Room } from '@colyseus/core'
import { Client } from '@colyseus/sdk'
import { WebSocketTransport } from '@colyseus/ws-transport'

type RoomClass<R extends Room = Room> = new () => R

/** A running server of Colyseus alone, with nothing of ours: to show that a defect is still there to be mended. */
export interface PlainServer<R extends Room> extends AsyncDisposable {
  /** Where it listens, ws://… */
  readonly url: string
  /** An official client of its own. */
  connect(): Client
  room(joined: { roomId: string }): R
}

/** Starts Colyseus by itself on a free loopback port. A process can hold one server at a time. */
export async function startPlainColyseus<R extends Room>(roomClass: RoomClass<R>): Promise<PlainServer<R>> {
  const http = createServer()
  const transport = new WebSocketTransport({ server: http, pingInterval: 0 })
  const server = new ColyseusServer({ greet: false, gracefullyShutdown: false, transport })
  server.define('room', roomClass)
  await server.listen(0, '127.0.0.1')
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
  return {
    url,
    connect: () => new Client(url),
    room: ({ roomId }) => matchMaker.getLocalRoomById(roomId) as R,
    [Symbol.asyncDispose]: () => server.gracefullyShutdown(false),
  }
}

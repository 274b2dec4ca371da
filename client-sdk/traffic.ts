import type { Room } from '@colyseus/sdk'

type Connection = Room['connection']

/** Counts what a connection carries: payload bytes and frames since the join, reconnections included. */
export class Traffic {
  receivedBytes = 0
  receivedFrames = 0
  sentBytes = 0
  sentFrames = 0

  constructor(connection: Connection) {
    const { events } = connection
    const onMessage = events.onmessage
    events.onmessage = (event: MessageEvent) => {
      this.receivedFrames++
      this.receivedBytes += (event.data as ArrayBuffer).byteLength
      onMessage?.(event)
    }
    const send = connection.send.bind(connection)
    connection.send = (data: Uint8Array) => {
      this.sentFrames++
      this.sentBytes += data.byteLength
      send(data)
    }
  }
}

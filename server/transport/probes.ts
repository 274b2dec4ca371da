import { CloseCode, Protocol } from '@colyseus/core'
import type { WebSocket } from 'ws'
import { HOLD_PARAMETER } from '../../shared/protocol.ts'

/** Time a socket without a seat stays open for a latency probe, in milliseconds (as in Colyseus). */
const PROBE_MS = 1_000
/** Longest time one may ask to be held, in milliseconds. */
const MAX_HOLD_MS = 120_000
/** Probes held at the same time; further ones get {@link PROBE_MS}. They cost no more memory than as many players. */
const MAX_HELD = 8

/** Sockets without a seat: they measure latency, or how long a silent connection lives on its way here. */
export class Probes {
  #held = 0

  /**
   * Answers each message, and says goodbye in the end.
   *
   * @param url the request's target; `?hold=<seconds>` asks for more time, as `fairground doctor` does
   */
  answer(socket: WebSocket, url: URL): void {
    const wantedMs = Number(url.searchParams.get(HOLD_PARAMETER) ?? 0) * 1_000
    const held = wantedMs > PROBE_MS && wantedMs <= MAX_HOLD_MS && this.#held < MAX_HELD
    if (held) this.#held++
    const leave = (): void => socket.close(CloseCode.NORMAL_CLOSURE)
    const end = setTimeout(leave, held ? wantedMs : PROBE_MS)
    const speaksUntilMs = performance.now() + PROBE_MS
    socket.on('message', () => {
      // Held are the silent: nobody gets a place to talk for two minutes.
      if (performance.now() > speaksUntilMs) leave()
      else socket.send(new Uint8Array([Protocol.PING]))
    })
    socket.on('close', () => {
      clearTimeout(end)
      if (held) this.#held--
    })
  }
}

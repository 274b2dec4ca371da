import { hkdfSync } from 'node:crypto'

/** A key encrypts tickets for this long; older tickets then cost their clients one full handshake. */
const PERIOD_MS = 12 * 3_600_000
const KEY_BYTES = 48

/**
 * Keys of TLS session tickets, made from a secret and the time: every process with the same secret has the same key
 * at the same time, so a client resumes its session with any of them, and nobody has to hand keys round.
 */
export class TicketKeys {
  readonly #secret: Uint8Array

  /** @param secret 32 bytes or more; whoever has it can read recorded traffic of resumed TLS 1.2 sessions */
  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** The key at that time, in milliseconds since 1970. */
  at(nowMs: number): Buffer {
    const period = Math.floor(nowMs / PERIOD_MS)
    return Buffer.from(hkdfSync('sha256', this.#secret, '', `fairground tickets ${period}`, KEY_BYTES))
  }

  /** When the key changes next, in milliseconds since 1970. */
  changesAfter(nowMs: number): number {
    return (Math.floor(nowMs / PERIOD_MS) + 1) * PERIOD_MS
  }
}

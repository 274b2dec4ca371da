import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const NONCE_BYTES = 16
const MAC_BYTES = 16

/**
 * Makes and checks the tokens by which a dropped player comes back: 128 bits of chance, and a signature that binds them
 * to their room. What was not signed here reaches no room. Whose token it is, the room knows.
 */
export class ReconnectionTokens {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  make(roomId: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    return Buffer.concat([nonce, this.#mac(roomId, nonce)]).toString('base64url')
  }

  isGenuine(token: unknown, roomId: string): token is string {
    if (typeof token !== 'string') return false
    const bytes = Buffer.from(token, 'base64url')
    // One token has one spelling.
    if (bytes.length !== NONCE_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return false
    const nonce = bytes.subarray(0, NONCE_BYTES)
    return timingSafeEqual(bytes.subarray(NONCE_BYTES), this.#mac(roomId, nonce))
  }

  #mac(roomId: string, nonce: Uint8Array): Buffer {
    const mac = createHmac('sha256', this.#secret).update(`reconnection ${roomId} `).update(nonce)
    return mac.digest().subarray(0, MAC_BYTES)
  }
}

/** An id of a session that nobody guesses: 128 bits of chance. Until its seat is taken, it is all it takes to sit down. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url')
}

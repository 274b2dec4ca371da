import { Encoder } from '@colyseus/schema'

/**
 * What the rooms of this process encode into, one after the other: whatever is sent was copied before the next one
 * begins. Memory of its own would be the larger part of what an empty room takes.
 */
export const encodeMemory = {
  patch: new Uint8Array(Encoder.BUFFER_SIZE),
  full: new Uint8Array(Encoder.BUFFER_SIZE),
}

/** Runs `body`; serializers and encoders that it makes get no memory of their own, which they would not use. */
export function withoutMemory<R>(body: () => R): R {
  const bytes = Encoder.BUFFER_SIZE
  Encoder.BUFFER_SIZE = 0
  try {
    return body()
  } finally {
    Encoder.BUFFER_SIZE = bytes
  }
}

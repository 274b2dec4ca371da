import { Encoder } from '@colyseus/schema'

/**
 * What the rooms of this process encode into, one after the other: whatever is sent was copied before the next one
 * begins. Memory of its own would be the larger part of what an empty room takes.
 */
export const encodeMemory = {
  patch: new Uint8Array(Encoder.BUFFER_SIZE),
  full: new Uint8Array(Encoder.BUFFER_SIZE),
}

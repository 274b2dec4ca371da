import { FIELDS, type Ship } from '../../../test/server/sync/busy-room.ts'

type ShipValues = { readonly [F in (typeof FIELDS)[number]]: InstanceType<typeof Ship>[F] }

const floats = new Float32Array(FIELDS.length)
const bits = new Uint32Array(floats.buffer)

/** A number that is another one if a ship is missing, or too many, or a field of one differs; in whatever order. */
export function fingerprint(ships: Iterable<readonly [string, ShipValues]>): number {
  let sum = 0
  for (const [id, ship] of ships) {
    let hash = 0x811c9dc5
    for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
    for (const [at, field] of FIELDS.entries()) floats[at] = ship[field]
    for (const word of bits) hash = Math.imul(hash ^ word ^ (hash >>> 15), 0x85ebca6b)
    sum = (sum + hash) >>> 0
  }
  return sum
}

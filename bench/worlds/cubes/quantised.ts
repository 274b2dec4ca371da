/** A cube's place and turn in whole numbers, as the article on snapshot compression has them: 2 mm, smallest three. */
import { type Cube, REACH_METRES } from './simulation.ts'

export const STEPS_A_METRE = 512
/** Of a smallest component, which lies within 1 / √2 of zero. */
const STEPS_A_COMPONENT = 9
const SCALE = (2 ** STEPS_A_COMPONENT - 1) / Math.SQRT2
const MIDDLE = (2 ** STEPS_A_COMPONENT - 1) / 2

/** Numbers from 0 up. */
export interface Quantised {
  /** Of the place; the first two count from the yard's edge. */
  readonly place: readonly [number, number, number]
  /** Which of the four components is the largest, and is left out. */
  readonly largest: number
  readonly smallest: readonly [number, number, number]
}

type Pose = Pick<Cube, 'x' | 'y' | 'z' | 'qx' | 'qy' | 'qz' | 'qw'>
type Turn = Pick<Cube, 'qx' | 'qy' | 'qz' | 'qw'>

export function quantised(pose: Pose): Quantised {
  const { x, y, z } = pose
  const steps = (metres: number) => Math.round(metres * STEPS_A_METRE)
  return { place: [steps(x + REACH_METRES), steps(y + REACH_METRES), steps(z)], ...smallestThree(pose) }
}

export function poseOf({ place: [x, y, z], largest, smallest }: Quantised): Pose {
  return {
    x: x / STEPS_A_METRE - REACH_METRES,
    y: y / STEPS_A_METRE - REACH_METRES,
    z: z / STEPS_A_METRE,
    ...turnOf(largest, smallest),
  }
}

/** The turn in one number of 29 bits. */
export function packedTurn(turn: Turn): number {
  const { largest, smallest } = smallestThree(turn)
  return smallest.reduce((packed, part) => (packed << STEPS_A_COMPONENT) | part, largest)
}

export function unpackedTurn(packed: number): Turn {
  const part = (n: number) => (packed >>> (STEPS_A_COMPONENT * n)) & (2 ** STEPS_A_COMPONENT - 1)
  return turnOf(packed >>> (STEPS_A_COMPONENT * 3), [part(2), part(1), part(0)])
}

/** The angle between two turns, in radians. */
export function angleBetween(one: Turn, other: Turn): number {
  const dot = one.qx * other.qx + one.qy * other.qy + one.qz * other.qz + one.qw * other.qw
  return 2 * Math.acos(Math.min(1, Math.abs(dot)))
}

function smallestThree({ qx, qy, qz, qw }: Turn): Pick<Quantised, 'largest' | 'smallest'> {
  const parts = [qx, qy, qz, qw]
  let largest = 0
  for (let n = 1; n < 4; n++) if (Math.abs(parts[n]!) > Math.abs(parts[largest]!)) largest = n
  const sign = Math.sign(parts[largest]!)
  const steps = parts.filter((_, n) => n !== largest).map((part) => Math.round(part * sign * SCALE + MIDDLE))
  return { largest, smallest: steps as [number, number, number] }
}

function turnOf(largest: number, smallest: readonly [number, number, number]): Turn {
  const parts = smallest.map((step) => (step - MIDDLE) / SCALE)
  const rest = parts.reduce((sum, part) => sum - part * part, 1)
  parts.splice(largest, 0, Math.sqrt(Math.max(0, rest)))
  const [qx, qy, qz, qw] = parts as [number, number, number, number]
  return { qx, qy, qz, qw }
}

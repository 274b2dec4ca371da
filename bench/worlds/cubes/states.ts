/** The yard as rooms declare it: in floats, and in whole numbers of the same 2 mm and 29 bits as by hand. */
import { schema, t } from '../../../shared/schema.ts'
import { packedTurn, unpackedTurn } from './quantised.ts'
import { type Cube, HIGHEST_METRES, REACH_METRES } from './simulation.ts'

export type Pose = Pick<Cube, 'x' | 'y' | 'z' | 'qx' | 'qy' | 'qz' | 'qw'>

const float = () => t.float32().default(0)
const FloatCube = schema(
  { x: float(), y: float(), z: float(), qx: float(), qy: float(), qz: float(), qw: float() },
  'FloatCube',
)
const across = () => t.quantized({ min: -REACH_METRES, max: REACH_METRES, bits: 16 })
const QuantisedCube = schema(
  {
    x: across(),
    y: across(),
    z: t.quantized({ min: 0, max: HIGHEST_METRES, bits: 16 }),
    turn: t.uint32().default(0),
  },
  'QuantisedCube',
)

export const FloatYard = schema({ tick: t.uint32().default(0), cubes: t.map(FloatCube) }, 'FloatYard')
export const QuantisedYard = schema(
  { tick: t.uint32().default(0), cubes: t.map(QuantisedCube) },
  'QuantisedYard',
)
/** Of which each client gets what is near. */
export const AreaYard = schema(
  { tick: t.uint32().default(0), cubes: t.map(QuantisedCube).view() },
  'AreaYard',
)

export type YardState = InstanceType<typeof FloatYard | typeof QuantisedYard | typeof AreaYard>

export function fill(state: YardState, cubes: readonly Cube[]): void {
  for (const [n, cube] of cubes.entries()) {
    const entity = state instanceof FloatYard ? new FloatCube() : new QuantisedCube()
    state.cubes.set(String(n), entity as never)
    setCube(state, n, cube)
  }
}

/** Writes a cube into a state, which tells what is another value than before. */
export function setCube({ cubes }: YardState, n: number, cube: Cube): void {
  const { x, y, z, qx, qy, qz, qw } = cube
  const entity = cubes.get(String(n))!
  if ('turn' in entity) Object.assign(entity, { x, y, z, turn: packedTurn(cube) })
  else Object.assign(entity, { x, y, z, qx, qy, qz, qw })
}

/** What a decoded cube says, of either kind. */
export function poseFrom(entity: Pose | { x: number; y: number; z: number; turn: number }): Pose {
  if (!('turn' in entity)) return entity
  return { x: entity.x, y: entity.y, z: entity.z, ...unpackedTurn(entity.turn) }
}

import type { ArraySchema, CollectionSchema, MapSchema, Schema, SetSchema } from '@colyseus/schema'
import { FairgroundError } from '../../../shared/errors.ts'

/** A collection of the state whose entities have a place. Maps are the fast ones. */
export type SpatialCollection<E> = MapSchema<E> | ArraySchema<E> | SetSchema<E> | CollectionSchema<E>

/** Names of an entity's fields that hold numbers. */
export type NumericField<E> = { [K in keyof E & string]: E[K] extends number ? K : never }[keyof E & string]

/** A place in the world, in metres. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly z?: number
}

/** Who looks: a client, and the entity it owns, if there is one now. */
export interface Viewer<E, C> {
  readonly client: C
  readonly own: E | undefined
}

/** How far from an area's middle what is sent how often. */
export interface DistanceTier {
  /** Entities further away than this many metres... */
  readonly beyondMetres: number
  /** ...are told about every n-th patch only; 2 to 64. */
  readonly everyPatches: number
}

/** What {@link InterestOptions} says of the area that entities are seen in. */
export interface InterestOptions<E, C> {
  /** Fields that say where an entity is, in metres. With `z` the world has three dimensions. */
  x: NumericField<E>
  y: NumericField<E>
  z?: NumericField<E>
  /** How far a client sees, in metres: 0 or more; Infinity for the whole world. */
  radiusMetres: number
  /** Distance at which what was seen is lost, so that nothing flickers at the edge; default 1.1 × the radius. */
  leaveRadiusMetres?: number
  /** Field that says how far an entity reaches from its place, in metres: large ones are seen from further away. */
  sizeMetres?: NumericField<E>
  /** Which entity is a client's own: its key, or itself. Default: the one whose key is the session id. */
  owner?: (client: C) => string | E | undefined
  /** Where a client looks from instead of its own entity; undefined for there. Asked at every patch. */
  viewpoint?: (client: C) => Place | undefined
  /** Whether everybody sees an entity at any distance. Asked at every patch. */
  always?: (entity: E, key: string) => boolean
  /** The team of an entity: a client sees those of its own entity's at any distance. Asked at every patch. */
  team?: (entity: E, key: string) => string | number | undefined
  /** Hides what would be seen, such as who is cloaked, by answering false. Not asked about a client's own entity. */
  visible?: (entity: E, viewer: Viewer<E, C>) => boolean
  /** Tags of the fields, marked `view(tag)`, that a viewer sees of an entity besides the others; added up. */
  tags?: (entity: E, viewer: Viewer<E, C>) => number
  /** Sends what is far away less often. */
  tiers?: readonly DistanceTier[]
  /**
   * How much an entity matters to a viewer when not all fit into its bytes: above 0, added up with each patch that
   * leaves it out. Default: 1 for what is close, falling to 0.1 at the edge.
   */
  priority?: (entity: E, viewer: Viewer<E, C>, distanceMetres: number) => number
}

// biome-ignore lint/suspicious/noExplicitAny: an area's own code knows neither the entities nor the clients
export type AnyInterestOptions = InterestOptions<any, any>

const MAX_EVERY_PATCHES = 64
const DEFAULT_LEAVE = 1.1

/** Options with their defaults, checked. */
export interface InterestRule extends AnyInterestOptions {
  x: never
  y: never
  z?: never
  sizeMetres?: never
  leaveRadiusMetres: number
  /** The largest first. */
  tiers: readonly DistanceTier[]
}

/** @throws FairgroundError OPTION_INVALID that names the option */
export function interestRule(options: AnyInterestOptions): InterestRule {
  const { radiusMetres, leaveRadiusMetres = radiusMetres * DEFAULT_LEAVE, tiers = [] } = options
  if (!(radiusMetres >= 0)) throw invalid('radiusMetres', radiusMetres, 'Use 0 or more.')
  if (!(leaveRadiusMetres >= radiusMetres))
    throw invalid('leaveRadiusMetres', leaveRadiusMetres, 'Use radiusMetres or more.')
  for (const { beyondMetres, everyPatches } of tiers) {
    const whole = Number.isInteger(everyPatches) && everyPatches >= 2 && everyPatches <= MAX_EVERY_PATCHES
    if (!(beyondMetres >= 0)) throw invalid('tiers.beyondMetres', beyondMetres, 'Use 0 or more.')
    if (!whole) throw invalid('tiers.everyPatches', everyPatches, 'Use a whole number from 2 to 64.')
  }
  const sorted = [...tiers].sort((a, b) => b.beyondMetres - a.beyondMetres)
  return { ...options, leaveRadiusMetres, tiers: sorted } as unknown as InterestRule
}

function invalid(option: string, value: unknown, next: string): FairgroundError {
  return new FairgroundError('OPTION_INVALID', {
    message: `interest() was given ${option} = ${String(value)}.`,
    next,
  })
}

/** Any entity, as an area's own code sees it. */
export type Entity = Schema & Record<string, number>

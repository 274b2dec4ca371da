/** What everybody in an arena sees, and what a player may send. Runs on both sides of the wire. */
import { type SchemaType, schema, t } from '../../shared/schema.ts'

/** One player's figure. Distances in metres, origin at the top left, y downwards; angles in radians. */
export const Fighter = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    vx: t.float32().default(0),
    vy: t.float32().default(0),
    /** Where it looks: 0 is right, growing clockwise on the screen, always in [0, 2π). */
    aim: t.angle().default(0),
    /** 0..100; it dies at 0. */
    health: t.uint8().default(100),
    alive: t.boolean().default(true),
    /** Kills in this round. */
    score: t.uint16().default(0),
    /** Deaths in this round. */
    deaths: t.uint16().default(0),
    /** Kills since the last death. */
    streak: t.uint8().default(0),
    name: t.string().default(''),
    /** Index into a palette of 16. */
    colour: t.uint8().default(0),
    bot: t.boolean().default(false),
    /** The connection is lost and the seat is held. */
    away: t.boolean().default(false),
    /** Steps until it may fire again. */
    cooldownTicks: t.uint8().default(0),
    /** Heat of the weapon, 0..100. */
    heat: t.uint8().default(0),
    /** The weapon got too hot and is silent until it has cooled down. */
    overheated: t.boolean().default(false),
    /** Steps for which a dash still lasts. */
    dashTicks: t.uint8().default(0),
    /** Steps until it may dash again. */
    dashCooldownTicks: t.uint8().default(0),
    /** Steps for which the speed pickup still lasts. */
    boostTicks: t.uint8().default(0),
    /** Steps for which the rapid-fire pickup still lasts. */
    rapidTicks: t.uint8().default(0),
    /** Nothing hurts it before this tick. */
    shieldUntilTick: t.uint32().default(0),
    /** Tick at which it comes back, while dead. */
    respawnTick: t.uint32().default(0),
    /** Ticks since its last input; the server's own memory. */
    silentTicks: t.uint8().default(0).noSync(),
  },
  'Fighter',
)
export type Fighter = SchemaType<typeof Fighter>

/** `health` heals, `boost` makes faster, `rapid` fires faster and cooler. */
export type PickupKind = 'health' | 'boost' | 'rapid'

export const Pickup = schema(
  {
    kind: t.string<PickupKind>().default('health'),
    x: t.float32().default(0),
    y: t.float32().default(0),
    active: t.boolean().default(true),
    /** Tick at which it lies there again, while inactive. */
    returnsTick: t.uint32().default(0),
  },
  'Pickup',
)
export type Pickup = SchemaType<typeof Pickup>

/** In `result` everybody may move on, but nobody is hurt. */
export type Phase = 'playing' | 'result'

export const ArenaState = schema(
  {
    tick: t.uint32().default(0),
    /** By session id; each player has those within the world's sight. */
    fighters: t.map(Fighter).view(),
    /** By place: `p0`, `p1`, …; in sight, too. */
    pickups: t.map(Pickup).view(),
    phase: t.string<Phase>().default('playing'),
    /** Counts from 1. */
    round: t.uint16().default(1),
    phaseEndsTick: t.uint32().default(0),
  },
  'ArenaState',
)
export type ArenaState = SchemaType<typeof ArenaState>

/**
 * One player's request for one tick. Every pattern of bits on the wire is a legal value (two bytes of stick, two of
 * angle, two switches), so there is nothing to sanitise: no NaN, no stick beyond 1.
 */
export const ArenaInput = schema(
  {
    moveX: t.quantized({ min: -1, max: 1, bits: 8 }).default(0),
    moveY: t.quantized({ min: -1, max: 1, bits: 8 }).default(0),
    aim: t.angle().default(0),
    fire: t.boolean().default(false),
    dash: t.boolean().default(false),
  },
  'ArenaInput',
)
export type ArenaInput = SchemaType<typeof ArenaInput>

/** An input's plain values, as a bot or a test makes them. */
export type Intent = Pick<ArenaInput, 'moveX' | 'moveY' | 'aim' | 'fire' | 'dash'>

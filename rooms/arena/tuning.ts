/** Every number that decides how the arena feels. Ticks are steps of 1/30 s; all tick counts fit their uint8. */

export const TICK_RATE_HZ = 30

export const RADIUS_METRES = 0.5
export const SPEED_METRES_PER_S = 7
export const BOOST_FACTOR = 1.4
/** Full speed after 4 ticks, a stop after 3: quick enough to feel like the stick itself. */
export const ACCELERATION_METRES_PER_S2 = 60
export const BRAKING_METRES_PER_S2 = 80

export const DASH_SPEED_METRES_PER_S = 18
export const DASH_TICKS = 5
export const DASH_COOLDOWN_TICKS = 75

export const MAX_HEALTH = 100
export const DAMAGE = 20
export const RANGE_METRES = 26
export const COOLDOWN_TICKS = 5
export const RAPID_COOLDOWN_TICKS = 3

/** A shot heats by this, a step without one cools by 1; from {@link MAX_HEAT} the weapon rests until {@link COOL_HEAT}. */
export const HEAT_PER_SHOT = 10
export const RAPID_HEAT_PER_SHOT = 5
export const MAX_HEAT = 100
export const COOL_HEAT = 40

export const RESPAWN_TICKS = 60
export const SHIELD_TICKS = 45

export const PICKUP_RADIUS_METRES = 0.6
export const HEAL = 50
export const BOOST_TICKS = 150
export const RAPID_TICKS = 150
/** Ticks until a pickup lies there again. */
export const RETURN_TICKS = { health: 360, boost: 540, rapid: 720 } as const

export const ROUND_SECONDS = 180
export const RESULT_SECONDS = 10

/** A fighter whose client is silent for longer stands still, and starts from rest when it is heard again. */
export const SILENT_TICKS = 15

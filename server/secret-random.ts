import { randomInt } from 'node:crypto'
import type { Random } from '../shared/random.ts'

const RESOLUTION = 2 ** 32

/**
 * Chance that nobody can foresee: for hidden hands, invite codes and whatever else a player would gain by computing.
 * A room's default generator starts from one number, which a few seen cards give away.
 */
export const secretRandom: Random = () => randomInt(RESOLUTION) / RESOLUTION

/** What a number type of the schema can carry to a client unchanged. */
interface NumberRange {
  fits(value: unknown): boolean
  /** In words, behind "takes". */
  readonly takes: string
}

const MAX_FLOAT32 = 3.4028234663852886e38

const RANGES: Readonly<Record<string, NumberRange>> = {
  int8: whole(-128, 127),
  uint8: whole(0, 255),
  int16: whole(-32_768, 32_767),
  uint16: whole(0, 65_535),
  int32: whole(-2_147_483_648, 2_147_483_647),
  uint32: whole(0, 4_294_967_295),
  int64: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  uint64: whole(0, Number.MAX_SAFE_INTEGER),
  number: { fits: Number.isFinite, takes: 'finite numbers' },
  float64: { fits: Number.isFinite, takes: 'finite numbers' },
  float32: {
    fits: (value) => Math.abs(value as number) <= MAX_FLOAT32,
    takes: `numbers from -${MAX_FLOAT32} to ${MAX_FLOAT32}`,
  },
  bigint64: big(-(2n ** 63n), 2n ** 63n - 1n),
  biguint64: big(0n, 2n ** 64n - 1n),
}

/** Throws RangeError for a number that would not arrive as it is. Values of other kinds are not its business. */
export type NumberCheck = (value: unknown, where: () => string) => void

const CHECKS: Readonly<Record<string, NumberCheck>> = Object.fromEntries(
  Object.entries(RANGES).map(([type, range]) => [type, checkOf(type, range)]),
)
const QUANTIZED_CHECK = checkOf('quantized number', RANGES['number']!)

/**
 * Answers with a check for values of a schema type, or undefined for types that need none.
 *
 * A value that does not fit goes out as something else, and nobody is told: a uint8 of -1 is 255 at every client and
 * -1 at the server. So it is refused where it is written.
 *
 * @param type a type of the schema, such as `uint8`
 */
export function numberCheck(type: unknown): NumberCheck | undefined {
  if (typeof type === 'string') return CHECKS[type]
  return typeof type === 'object' && type !== null && 'quantized' in type ? QUANTIZED_CHECK : undefined
}

function checkOf(name: string, range: NumberRange): NumberCheck {
  return (value, where) => {
    if ((typeof value === 'number' || typeof value === 'bigint') && !range.fits(value))
      throw new RangeError(`${where()} is a ${name} and takes ${range.takes}, not ${value}.`)
  }
}

function whole(min: number, max: number): NumberRange {
  return {
    fits: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    takes: `whole numbers from ${min} to ${max}`,
  }
}

function big(min: bigint, max: bigint): NumberRange {
  return {
    fits: (value) => typeof value === 'bigint' && value >= min && value <= max,
    takes: `bigints from ${min} to ${max}`,
  }
}

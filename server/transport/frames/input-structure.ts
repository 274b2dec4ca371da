import { FrameReader } from './frame-reader.ts'

/** Inputs in one packet at most; the official SDK repeats the last three. */
const MAX_SLOTS = 64

/** The byte that leads Colyseus' decoder to another entity: an input has none. */
const OTHER_ENTITY = 255
const DELETE = 0x40

/** Bytes of a field on the wire, or how it says itself. */
type FieldSize = number | 'number' | 'text' | 'own'

const SIZES: Readonly<Record<string, FieldSize>> = {
  int8: 1,
  uint8: 1,
  boolean: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
  bigint64: 8,
  biguint64: 8,
  number: 'number',
  string: 'text',
}

/** How a room's inputs look on the wire. */
export interface InputFormat {
  readonly fields: readonly (FieldSize | undefined)[]
  /** Each input carries two times, for rooms that rewind by both of Colyseus' timelines. */
  readonly twoStamps: boolean
}

/** Where `@colyseus/schema` keeps a class's fields, as it looks the symbol up itself. */
const METADATA: symbol = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata')

interface FieldMetadata {
  readonly name?: string
  readonly type?: unknown
}

/** Reads off an input class how its fields look on the wire. */
export function inputFormatOf(type: object, twoStamps: boolean): InputFormat {
  const metadata = (type as Record<symbol, Record<number, FieldMetadata> | undefined>)[METADATA]
  const fields: (FieldSize | undefined)[] = []
  for (let index = 0; typeof metadata?.[index]?.name === 'string'; index++)
    fields.push(sizeOf(metadata[index]!.type))
  return { fields, twoStamps }
}

function sizeOf(type: unknown): FieldSize | undefined {
  // A custom type's size is its own secret.
  if (typeof type === 'string') return SIZES[type] ?? 'own'
  const quantized = (type as { quantized?: { wire: string } } | undefined)?.quantized
  // Entities and collections: the official SDK sends none in an input, and they would grow the decoder's memory.
  return quantized === undefined ? undefined : SIZES[quantized.wire]
}

/** Passes the body of one input up to `end`: fields of the room's class with values of their sizes, and nothing else. */
function skipInput(reader: FrameReader, { fields }: InputFormat, end: number): void {
  while (!reader.broken && reader.offset < end) {
    const operation = reader.byte()
    const size = operation === OTHER_ENTITY ? undefined : fields[operation & 0x3f]
    if (size === undefined) reader.broken = true
    else if ((operation & 0xc0) === DELETE) continue
    else if (size === 'number') reader.number()
    else if (size === 'text') reader.text()
    else if (size === 'own') reader.offset = end
    else reader.skip(size)
  }
  if (reader.offset !== end) reader.broken = true
}

/** Whether Colyseus reads a reliable input to its end. `timed`: it carries the time at which it was made. */
export function isReliableInput(frame: Uint8Array, format: InputFormat, timed: boolean): boolean {
  const reader = new FrameReader(frame, 1)
  if (timed) {
    // Added to a running sum, in which anything that is not finite would stay.
    if (!Number.isFinite(reader.number())) return false
    if (format.twoStamps) reader.skip(2)
  }
  if (reader.broken) return false
  skipInput(reader, format, frame.length)
  return !reader.broken
}

/**
 * Whether Colyseus reads a packet of inputs to its end. It holds lengths: a negative one sends its decoder back for
 * ever, a huge count lets it loop over what is not there (D2).
 */
export function isInputPacket(frame: Uint8Array, format: InputFormat, timed: boolean): boolean {
  const reader = new FrameReader(frame, 1)
  let times: number | undefined
  if (timed) {
    times = reader.number()
    if (!isCount(times)) return false
    skipTimes(reader, times, 4)
    if (format.twoStamps) skipTimes(reader, times, 2)
  }
  if (!Number.isSafeInteger(reader.number()) || reader.broken) return false // the number of the oldest input
  let slots = 0
  for (; !reader.broken && !reader.atEnd; slots++) {
    const length = reader.number()
    if (slots === MAX_SLOTS || !Number.isInteger(length) || length < 0 || length > reader.left) return false
    skipInput(reader, format, reader.offset + length)
  }
  return !reader.broken && (times === undefined || times === slots)
}

/** One absolute time of that many bytes, then a difference for each further input. */
function skipTimes(reader: FrameReader, times: number, bytes: number): void {
  reader.skip(bytes)
  for (let slot = 1; slot < times && !reader.broken; slot++)
    if (!Number.isFinite(reader.number())) reader.broken = true
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count > 0 && count <= MAX_SLOTS
}

import type { Client, ClientPrivate } from '@colyseus/core'
import { $changes, $values, type ChangeTree, decode, type Iterator, type Schema } from '@colyseus/schema'
import { InputDecoder } from '@colyseus/schema/input'
import { type SchemaClass, schemaFields } from '../../shared/schema-metadata.ts'

type Read = (bytes: Uint8Array, it: Iterator) => unknown
type Values = Record<symbol, unknown[]>

/** Operations on a field, in the upper bits of its byte: a new value, and one in the place of another. */
const ADD = 0x80
const REPLACE = 0
const OPERATION_MASK = 0xc0
const FIELD_MASK = 0x3f

/** Colyseus' per-client input state, as far as it is made here. */
interface Allocates {
  allocate(client: Client & ClientPrivate): void
}

/**
 * Makes inputs of numbers, texts and booleans be read straight into their fields. Colyseus reads them as it reads a
 * state: through references, accessors and change tracking, none of which an input needs.
 */
export function readPlainly(inputs: Allocates, type: SchemaClass): void {
  const reads = readsOf(type)
  if (!reads) return
  const allocate = inputs.allocate.bind(inputs)
  inputs.allocate = (client) => {
    allocate(client)
    client._inputDecoder = new PlainInputDecoder(client._input, reads)
  }
}

/** How each field is read; undefined for a class that holds anything else than values. */
function readsOf(type: SchemaClass): Read[] | undefined {
  const reads = schemaFields(type).map(({ type: kind, deprecated }) =>
    typeof kind === 'string' && !deprecated ? (decode as Record<string, unknown>)[kind] : undefined,
  )
  return reads.every((read) => typeof read === 'function') ? (reads as Read[]) : undefined
}

class PlainInputDecoder extends InputDecoder<Schema> {
  readonly #reads: readonly Read[]
  readonly #it: Iterator = { offset: 0 }

  constructor(instance: Schema, reads: readonly Read[]) {
    super(instance)
    this.#reads = reads
  }

  override decode(bytes: Uint8Array): Schema {
    this.#it.offset = 0
    return this.#read(bytes, bytes.length) ? this.instance : super.decode(bytes)
  }

  override decodeAll(bytes: Uint8Array, onInput: (instance: Schema, seq: number) => void): number {
    const it = this.#it
    it.offset = 0
    const first = decode.number(bytes as never, it)
    let count = 0
    while (it.offset < bytes.length) {
      const length = decode.number(bytes as never, it)
      const [begin, end] = [it.offset, it.offset + length]
      if (!this.#read(bytes, end)) super.decode(bytes.subarray(begin, end))
      onInput(this.instance, first + count++)
      it.offset = end
    }
    return count
  }

  /** Reads from the iterator's place to `end`. @returns whether it could: if not, Colyseus reads it all again */
  #read(bytes: Uint8Array, end: number): boolean {
    const { instance } = this
    const reads = this.#reads
    // A room may have put the latest input into its state: then what changes in it is to be told.
    if ((instance as unknown as { [$changes]?: ChangeTree })[$changes]?.root !== undefined) return false
    const values = (instance as unknown as Values)[$values]!
    const it = this.#it
    while (it.offset < end) {
      const byte = bytes[it.offset++]!
      const operation = byte & OPERATION_MASK
      const read = reads[byte & FIELD_MASK]
      if (read === undefined || (operation !== ADD && operation !== REPLACE)) return false
      values[byte & FIELD_MASK] = read(bytes, it)
    }
    return it.offset === end
  }
}

import { $childType, ArraySchema, CollectionSchema, MapSchema, SetSchema } from '@colyseus/schema'
import { numberCheck } from './checked-numbers.ts'

// biome-ignore lint/suspicious/noExplicitAny: methods differ in their arguments, which are passed through
type Method = (this: any, ...args: any[]) => unknown

/**
 * Repairs what `@colyseus/schema` does with numbers and texts in collections, once a process:
 *
 * - A number that would reach clients as another one is refused with a RangeError; the collection stays as it is.
 * - An array of primitives that is taken from or put into anywhere but at its end goes out whole. The library sends
 *   such steps by place and value, and clients end up with another array when equal values stand side by side.
 */
export function checkCollections(): void {
  wrap(MapSchema, 'set', (self, [, value]) => check(self, value))
  wrap(SetSchema, 'add', (self, [value]) => check(self, value))
  wrap(CollectionSchema, 'add', (self, [value]) => check(self, value))
  wrap(ArraySchema, 'push', (self, values) => checkAll(self, values))
  wrap(ArraySchema, '$changeAt', (self, [, value]) => check(self, value))
  for (const method of ['pop', 'shift', 'unshift', 'splice', 'sort', 'reverse'] as const) restate(method)
}

/** Runs `before` ahead of a method, which is not run when that throws. */
function wrap(
  type: { prototype: object },
  name: string,
  before: (self: object, args: unknown[]) => void,
): void {
  const prototype = type.prototype as Record<string, Method>
  const original = prototype[name]!
  prototype[name] = function (...args) {
    before(this as object, args)
    return original.apply(this, args)
  }
}

/** Replaces a method that moves the entries of an array, for arrays of primitives. */
function restate(name: 'pop' | 'shift' | 'unshift' | 'splice' | 'sort' | 'reverse'): void {
  const prototype = ArraySchema.prototype as unknown as Record<string, Method>
  const original = prototype[name]!
  prototype[name] = function (this: ArraySchema, ...args) {
    if (typeof childType(this) !== 'string') return original.apply(this, args)
    const entries = this.toArray()
    const result = (entries[name] as Method)(...args)
    checkAll(this, entries)
    this.clear()
    this.push(...entries)
    return result === entries ? this : result
  }
}

function checkAll(collection: object, values: readonly unknown[]): void {
  for (const value of values) check(collection, value)
}

function check(collection: object, value: unknown): void {
  numberCheck(childType(collection))?.(value, anEntry)
}

function anEntry(): string {
  return 'An entry of this collection'
}

function childType(collection: object): unknown {
  return (collection as { [$childType]?: unknown })[$childType]
}

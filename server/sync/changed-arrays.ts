import type { ChangeTree, Root } from '@colyseus/schema'

/** What the library keeps of an array beside its entries. */
interface Staged {
  readonly items: unknown[]
  /** The entries by the places of which the next patch speaks. */
  tmpItems: unknown[]
}

/**
 * Arrays with changes that wait for the next patch, which tells them by place: who has them already, by a whole state,
 * must not be told. None where the state has a stream: nobody can be spared a patch there, as no whole state holds that.
 */
export function changedArrays({ changes, streamTrees }: Root): ChangeTree[] {
  const arrays: ChangeTree[] = []
  if (streamTrees.size > 0) return arrays
  for (let node = changes.next; node; node = node.next)
    if (node.changeTree.isArray && node.changeTree.size() > 0) arrays.push(node.changeTree)
  return arrays
}

/**
 * Encodes a whole state while changes of `arrays` wait. The library would name entries of a view by the places of the
 * next patch, and from then on write that patch for who got this state: others end up with another order.
 */
export function withPresentPlaces<R>(arrays: readonly ChangeTree[], encode: () => R): R {
  const kept = arrays.map((tree) => {
    const array = tree.refTarget as unknown as Staged
    const { tmpItems } = array
    array.tmpItems = array.items
    return { tree, flags: tree.flags, array, tmpItems }
  })
  try {
    return encode()
  } finally {
    for (const { tree, flags, array, tmpItems } of kept) {
      tree.flags = flags
      array.tmpItems = tmpItems
    }
  }
}

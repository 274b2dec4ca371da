import { $changes, $refId, type ChangeTree, type Ref } from '@colyseus/schema'

/** Whether the state holds an instance in more than one place. */
export function isShared(tree: ChangeTree): boolean {
  return tree.extraParents !== undefined && (tree.root?.refCount[tree.ref[$refId]!] ?? 0) > 1
}

/**
 * The structure that holds another one. The library keeps the ones that held it before as well, and after it has been
 * moved to and fro takes one of them for the present one.
 */
export function holderOf(tree: ChangeTree): ChangeTree | undefined {
  const first: ChangeTree | undefined = tree.parentRef?.[$changes]
  if (tree.extraParents === undefined) return first
  if (first && holds(first, tree)) return first
  for (const { ref } of tree.getAllParents()) {
    const other: ChangeTree = ref[$changes]!
    if (other.root === tree.root && holds(other, tree)) return other
  }
  return first
}

function holds(holder: ChangeTree, tree: ChangeTree): boolean {
  let found = false
  holder.forEachChild((child) => {
    if (child === tree) found = true
  })
  return found
}

/** Where an instance stands, or stood. */
export function holdersOf(tree: ChangeTree): ChangeTree[] {
  return tree.getAllParents().map(({ ref }: { ref: Ref }) => ref[$changes]!)
}

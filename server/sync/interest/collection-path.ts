import { $changes, type ChangeTree } from '@colyseus/schema'
import { FairgroundError } from '../../../shared/errors.ts'
import type { Entity, SpatialCollection } from './interest-options.ts'

/** The tag of a field marked `view()` without a number. */
const DEFAULT_TAG = -1

/**
 * The names of the fields from the state down to a collection.
 *
 * @throws FairgroundError OPTION_INVALID where it is not marked, so that everybody would get all of it
 */
export function pathOf(collection: SpatialCollection<Entity>): string[] {
  const path: string[] = []
  let tree: ChangeTree | undefined = collection?.[$changes]
  for (let parent = tree?.parent; tree && parent; parent = tree?.parent) {
    const above: ChangeTree = parent[$changes]!
    const index = tree.parentIndex!
    const tag = above.encDescriptor.tags[index]
    const marked = path.length === 0 ? tag === DEFAULT_TAG : tag === undefined
    if (!above.encDescriptor.isSchema || !marked) throw notMarked(above, index, path.length > 0)
    path.unshift(above.encDescriptor.names[index]!)
    tree = above
  }
  if (path.length > 0) return path
  throw new FairgroundError('OPTION_INVALID', {
    message: 'interest() was given something that is not in the state.',
    next: 'Give it a collection of the state: interest(this.state.fighters, …).',
  })
}

function notMarked({ encDescriptor }: ChangeTree, index: number, above: boolean): FairgroundError {
  const name = encDescriptor.names[index] ?? 'it'
  return new FairgroundError('OPTION_INVALID', {
    message: above
      ? `interest() was given a collection within ${name}, which not everybody sees.`
      : `interest() was given ${name}, which is not marked view(): everybody would get all of it.`,
    next: above
      ? 'Move the collection to a part of the state without view().'
      : `Declare it as ${name}: t.map(…).view(), without a number.`,
  })
}

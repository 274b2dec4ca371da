import { nearestName } from '../../shared/nearest-name.ts'
import { CERTS_ACTIONS } from '../certs/actions.ts'
import { UsageError } from '../usage-error.ts'

/** `fairground certs` without an action that there is; `main` runs those itself. */
export async function run([action]: string[]): Promise<number> {
  const names = Object.keys(CERTS_ACTIONS)
  if (action === undefined) throw new UsageError(`Which of these: ${names.join(', ')}?`)
  const nearest = nearestName(action, names)
  throw new UsageError(`There is no certs ${action}.${nearest ? ` Did you mean certs ${nearest}?` : ''}`)
}

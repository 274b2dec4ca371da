import { nearestName } from '../../shared/nearest-name.ts'
import { UsageError } from '../usage-error.ts'

interface Action {
  run(args: string[]): Promise<number>
}

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  trust: () => import('../certs/trust.ts'),
}

/** `fairground certs <action>`. */
export async function run([action, ...args]: string[]): Promise<number> {
  const names = Object.keys(ACTIONS)
  if (action === undefined) throw new UsageError(`Which of these: ${names.join(', ')}?`)
  const load = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (load) return (await load()).run(args)
  const nearest = nearestName(action, names)
  throw new UsageError(`There is no certs ${action}.${nearest ? ` Did you mean certs ${nearest}?` : ''}`)
}

import type { WebSocket } from 'ws'
import { z } from 'zod'
import { GameRoom, message, request } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'

/** Every place in which a room's own code runs, as the log names them. */
export const HOOKS = [
  'onAuth',
  'onCreate',
  'onJoin',
  'onTick',
  'onBeforePatch',
  'clock.setTimeout',
  'clock.setInterval',
  'messages.poke',
  'requests.ask',
  'onDrop',
  'onReconnect',
  'onLeave',
  'onDispose',
] as const
export type Hook = (typeof HOOKS)[number]
export type Manner = 'throws' | 'rejects'

let plan: { hook: Hook; manner: Manner } | undefined

/** From now on the rooms below fail in that hook, and in no other. */
export function failIn(hook: Hook, manner: Manner): void {
  plan = { hook, manner }
}

function run(hook: Hook): void | Promise<void> {
  if (plan?.hook !== hook) return
  if (plan.manner === 'rejects') return rejectLater(hook)
  throw new Error(`secret fault in ${hook}`)
}

async function rejectLater(hook: Hook): Promise<void> {
  await Promise.resolve()
  throw new Error(`secret fault in ${hook}`)
}

const CountState = schema({ count: t.uint16().default(0) }, 'CountState')
type CountState = SchemaType<typeof CountState>

/** Counts its steps and adds numbers up. */
export class CalmRoom extends GameRoom<{ state: CountState }> {
  override state = new CountState()
  override requests = { double: request(z.number(), (_client, n) => n * 2) }
  override onTick() {
    this.state.count++
  }
}

class FailingRoom extends GameRoom<{ state: CountState }> {
  override state = new CountState()
  override messages = { poke: message(z.undefined(), () => run('messages.poke')) }
  override requests = {
    ask: request(z.undefined(), async () => {
      await run('requests.ask')
      return 'answer'
    }),
  }
  static override async onAuth() {
    await run('onAuth')
    return { id: 'somebody', guest: false }
  }

  /** Breaks a player's connection as a dead network does: without a close frame. */
  breakConnection(sessionId: string): void {
    const { ref } = this.clients.getById(sessionId)!
    ;(ref as WebSocket).terminate()
  }
}

/** Its hooks are methods, and its timers begin in onCreate. */
export class MethodsRoom extends FailingRoom {
  override onCreate() {
    this.clock.setTimeout(() => run('clock.setTimeout'), 1)
    this.clock.setInterval(() => run('clock.setInterval'), 1)
    return run('onCreate')
  }
  override onJoin() {
    return run('onJoin')
  }
  override onTick() {
    this.state.count++
    return run('onTick')
  }
  override onBeforePatch() {
    return run('onBeforePatch')
  }
  override onDrop() {
    return run('onDrop')
  }
  override onReconnect() {
    return run('onReconnect')
  }
  override onLeave() {
    return run('onLeave')
  }
  override onDispose() {
    return run('onDispose')
  }
}

/** Its hooks are arrow functions in fields, and so are its timers. */
export class FieldsRoom extends FailingRoom {
  readonly timers = [
    this.clock.setTimeout(() => run('clock.setTimeout'), 1),
    this.clock.setInterval(() => run('clock.setInterval'), 1),
  ]
  override onCreate = () => run('onCreate')
  override onJoin = () => run('onJoin')
  override onTick = () => {
    this.state.count++
    return run('onTick')
  }
  override onBeforePatch = () => run('onBeforePatch')
  override onDrop = () => run('onDrop')
  override onReconnect = () => run('onReconnect')
  override onLeave = () => run('onLeave')
  override onDispose = () => run('onDispose')
}

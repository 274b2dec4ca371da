import { Writable } from 'node:stream'
import { pino } from 'pino'
import { z } from 'zod'
import { type Client, GameRoom, message, request } from '../../../server/index.ts'
import { type SchemaType, schema, t } from '../../../shared/schema.ts'

/** Hooks that a room class may get wrong. */
export const HOOKS = [
  'onAuth', 'onCreate', 'onJoin', 'onTick', 'onBeforePatch', 'onDrop', 'onReconnect', 'onLeave', 'onDispose',
  'messages.poke', 'requests.ask', 'clock.setTimeout',
] as const // biome-ignore format: one list
export type Hook = (typeof HOOKS)[number]

/** How it gets it wrong. */
export const WAYS = ['throws', 'rejects'] as const
export type Way = (typeof WAYS)[number]

const Shop = schema({ opened: t.uint16().default(0) }, 'Shop')
type Shop = SchemaType<typeof Shop>

/** The hook that fails now, and how; one room class serves all of them. */
export const fault: { hook?: Hook | undefined; way: Way } = { way: 'throws' }

function fail(hook: Hook): Promise<void> | undefined {
  if (fault.hook !== hook) return undefined
  const error = new Error(`wrong in ${hook}`)
  if (fault.way === 'rejects') return Promise.reject(error)
  throw error
}

/** Fails where it is told to, with its hooks written as methods. */
export class MethodRoom extends GameRoom<{ state: Shop }> {
  override state = new Shop()
  override messages = { poke: message(z.undefined(), () => fail('messages.poke') as never) }
  override requests = { ask: request(z.undefined(), async () => (await fail('requests.ask')) ?? 'well') }

  static override async onAuth() {
    await fail('onAuth')
    return { id: 'x', guest: true }
  }
  override onCreate() {
    this.clock.setTimeout(() => fail('clock.setTimeout'), 60)
    return fail('onCreate')
  }
  override onJoin(_client: Client) {
    return fail('onJoin')
  }
  override onTick() {
    this.state.opened++
    return fail('onTick') as never
  }
  override onBeforePatch() {
    return fail('onBeforePatch') as never
  }
  override onDrop() {
    return fail('onDrop')
  }
  override onReconnect() {
    return fail('onReconnect')
  }
  override onLeave() {
    return fail('onLeave')
  }
  override onDispose() {
    return fail('onDispose')
  }
}

/** The same with its hooks written as class fields. */
export class FieldRoom extends GameRoom<{ state: Shop }> {
  override state = new Shop()
  override messages = { poke: message(z.undefined(), () => fail('messages.poke') as never) }
  override requests = { ask: request(z.undefined(), async () => (await fail('requests.ask')) ?? 'well') }
  static override onAuth = async () => {
    await fail('onAuth')
    return { id: 'x', guest: true }
  }
  override onCreate = () => {
    this.clock.setTimeout(() => fail('clock.setTimeout'), 60)
    return fail('onCreate')
  }
  override onJoin = () => fail('onJoin')
  override onTick = () => {
    this.state.opened++
    return fail('onTick') as never
  }
  override onBeforePatch = () => fail('onBeforePatch') as never
  override onDrop = () => fail('onDrop')
  override onReconnect = () => fail('onReconnect')
  override onLeave = () => fail('onLeave')
  override onDispose = () => fail('onDispose')
}

/** A room next door that must notice nothing. */
export class SoundRoom extends GameRoom<{ state: Shop }> {
  override state = new Shop()
  override onTick() {
    this.state.opened++
  }
}

export interface Report {
  msg?: string
  room?: string
  hook?: string
  err?: { message: string; stack: string }
}

/** A logger that remembers what it was told. */
export function notebook(level: 'info' | 'warn' | 'error' = 'error') {
  const lines: Report[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Report)
      done()
    },
  })
  return { log: pino({ level }, stream), lines }
}

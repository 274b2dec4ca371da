import { GameRoom, type TickContext } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

export const Runner = schema(
  { x: t.float32().default(0), facing: t.float32().default(0), label: t.string().default('') },
  'Runner',
)
export type Runner = SchemaType<typeof Runner>

export const TrackState = schema({ runners: t.map(Runner) }, 'TrackState')
export type TrackState = SchemaType<typeof TrackState>

export const TrackInput = schema({ push: t.float32().default(0) }, 'TrackInput')
export type TrackInput = SchemaType<typeof TrackInput>

export const METRES_PER_SECOND = 10

/** One step of a runner: the same on both sides of the wire. */
export function stepRunner(runner: Pick<Runner, 'x'>, { push }: Pick<TrackInput, 'push'>, dt: number): void {
  runner.x += Math.max(-1, Math.min(1, push)) * METRES_PER_SECOND * dt
}

/** The smallest room with something to predict: everybody runs along one line, up to a wall if there is one. */
export class TrackRoom extends GameRoom<{ state: TrackState; input: TrackInput }> {
  override tickRateHz = 20
  override state = new TrackState()
  override inputs = this.defineInput(TrackInput)
  /** Where nobody gets any further; clients do not know of it. */
  wall = Number.POSITIVE_INFINITY

  override onTick({ dt }: TickContext) {
    for (const [sessionId, runner] of this.state.runners) {
      const input = this.inputs.get(sessionId).next()
      if (input) stepRunner(runner, input, dt)
      runner.x = Math.min(runner.x, this.wall)
    }
  }

  override onJoin(client: { sessionId: string }) {
    this.state.runners.set(client.sessionId, new Runner())
  }
}

import { type Client, GameRoom } from '../../../../server/index.ts'
import { schema, t } from '../../../../shared/schema.ts'
import { CRATE_AREA, MOB_AREA } from './observers.ts'
import { World, type WorldState } from './world.ts'

/** The seed of the room that is opened next. */
export const next = { seed: 1 }

/** A world of chance as a room: each tick is one of its steps, each player owns a mob. */
export class WorldRoom extends GameRoom<{ state: WorldState }> {
  readonly world = new World(next.seed)
  override state = this.world.state
  override reconnectHoldSeconds = 60
  override autoDispose = false
  mobs = this.interest(this.state.mobs, MOB_AREA as never)
  crates = this.interest(this.state.crates, CRATE_AREA as never)

  override onTick() {
    this.world.step()
  }

  override onJoin({ sessionId }: Client) {
    this.world.spawnMob(sessionId)
  }

  override onLeave({ sessionId }: Client) {
    this.state.mobs.delete(sessionId)
  }
}

const Stick = schema({ turn: t.int8().default(0) }, 'Stick')
/** The same with the room's time in each frame. */
export class TimedWorldRoom extends WorldRoom {
  override inputs = this.defineInput(Stick)
}

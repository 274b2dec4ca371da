/** Rooms without a framework, for bare ws and Socket.io: members, their headings, one loop, and a grid of who is near. */
import { TickLoop } from '../../../server/room/tick-loop.ts'
import {
  type Heading,
  type Mover,
  places,
  RADIUS,
  STILL,
  step,
  TICK_RATE_HZ,
  type Truth,
  type WorldOptions,
} from '../simulation.ts'

/** One player in a room; `C` is the connection. */
export interface Member<C> extends Mover {
  readonly id: number
  readonly name: string
  readonly health: number
  readonly connection: C
  /** Inputs that wait for a tick, oldest first. */
  readonly inputs: Heading[]
  heading: Heading
  /** Of the last input consumed. */
  consumed: number
  /** Whom this player saw last, and in which tick. */
  readonly seen: Map<Member<C>, number>
  /** What it was told last of who is in the room; see `HandMadeRoom.changes`. */
  toldOf: number
}

const MAX_WAITING_INPUTS = 8

export class HandMadeRoom<C> {
  readonly members: Member<C>[] = []
  tick = 0
  /** Goes up whenever somebody joins or leaves. */
  changes = 0
  readonly #starts: Mover[]
  readonly #cells = new Map<number, Member<C>[]>()
  #nextId: number

  constructor({ players, roomSize, spread }: WorldOptions, firstId = 1) {
    this.#starts = places(roomSize ?? players, spread)
    this.#nextId = firstId
  }

  join(connection: C): Member<C> {
    const n = this.members.length
    const member: Member<C> = {
      ...this.#starts[n % this.#starts.length]!,
      id: this.#nextId++,
      name: `player ${n}`,
      health: 100,
      connection,
      inputs: [],
      heading: STILL,
      consumed: 0,
      seen: new Map(),
      toldOf: 0,
    }
    this.members.push(member)
    this.changes++
    return member
  }

  leave(member: Member<C>): void {
    const at = this.members.indexOf(member)
    if (at < 0) return
    this.members.splice(at, 1)
    this.changes++
  }

  input(member: Member<C>, heading: Heading): void {
    if (member.inputs.length === MAX_WAITING_INPUTS) member.inputs.shift()
    member.inputs.push(heading)
  }

  step(): void {
    this.tick++
    for (const member of this.members) {
      const input = member.inputs.shift()
      if (input) {
        member.heading = input
        member.consumed++
      }
      step(member, member.heading)
    }
  }

  /** Sorts everybody by place, for {@link near}. */
  sort(): void {
    this.#cells.clear()
    for (const member of this.members) {
      const cell = cellOf(member.x, member.y)
      const others = this.#cells.get(cell)
      if (others) others.push(member)
      else this.#cells.set(cell, [member])
    }
  }

  /** Calls back for everybody in sight, oneself included. */
  near({ x, y }: Mover, found: (member: Member<C>) => void): void {
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        const cell = this.#cells.get(cellOf(x + column * RADIUS, y + row * RADIUS))
        if (!cell) continue
        for (const member of cell) {
          const [dx, dy] = [member.x - x, member.y - y]
          if (dx * dx + dy * dy <= RADIUS * RADIUS) found(member)
        }
      }
    }
  }
}

function cellOf(x: number, y: number): number {
  return (Math.floor(y / RADIUS) + 64) * 4096 + Math.floor(x / RADIUS) + 64
}

/** All rooms of a server, by the key that clients name, and the loop that runs them. */
export class HandMadeRooms<C> {
  readonly #rooms = new Map<string, HandMadeRoom<C>>()
  readonly #options: WorldOptions

  constructor(options: WorldOptions, send: (room: HandMadeRoom<C>) => void) {
    this.#options = options
    const loop = new TickLoop({
      stepMs: 1000 / TICK_RATE_HZ,
      onStep: () => {
        for (const room of this.#rooms.values()) {
          room.step()
          if (!options.roomSize) room.sort()
          send(room)
        }
      },
      onSkip: () => {},
    })
    loop.start()
  }

  room(key: string): HandMadeRoom<C> {
    let room = this.#rooms.get(key)
    if (!room) {
      room = new HandMadeRoom(this.#options, this.#rooms.size * 10_000 + 1)
      this.#rooms.set(key, room)
    }
    return room
  }

  truth(): Truth {
    const members = [...this.#rooms.values()].flatMap((room) => room.members)
    return Object.fromEntries(members.map(({ id, x, y }) => [String(id), { x, y }]))
  }
}

/** What does it cost to choose and encode what each client of a crowded world sees, with the sockets left out? */
import { type Client, ClientState, SchemaSerializer } from '@colyseus/core'
import { type Schema, StateView } from '@colyseus/schema'
import { InterestArea } from '../server/sync/interest/interest-area.ts'
import { InterestAreas } from '../server/sync/interest/interest-areas.ts'
import { PatchSerializer } from '../server/sync/patch-serializer.ts'
import { seededRandom } from '../shared/random.ts'
import { schema, t } from '../shared/schema.ts'
import { percentile, publish } from './parts/report.ts'

const CLIENTS = 500
const ENTITIES = 2_000
const VISIBLE = 50
const RADIUS_METRES = 40
/** Entities of a density at which a circle of that radius holds as many as are to be visible. */
const WIDTH_METRES = Math.sqrt((Math.PI * RADIUS_METRES ** 2 * ENTITIES) / VISIBLE)
const STEP_METRES = 0.35
const WARM_TICKS = 100
const TICKS = 300
const ROUNDS = 5

const Fighter = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    aim: t.float32().default(0),
    health: t.uint8().default(100),
    name: t.string().default('somebody'),
  },
  'Fighter',
)
const BattleState = schema({ fighters: t.map(Fighter).view() }, 'BattleState')

class Battle {
  readonly state = new BattleState()
  readonly clients: Client[] = []
  bytes = 0
  frames = 0
  readonly #random = seededRandom(5)

  constructor() {
    for (let n = 0; n < ENTITIES; n++) {
      const [x, y] = [this.#random() * WIDTH_METRES, this.#random() * WIDTH_METRES]
      this.state.fighters.set(`s${n}`, new Fighter().assign({ x, y }))
    }
    for (let n = 0; n < CLIENTS; n++) this.clients.push(this.#client(`s${n}`))
  }

  move(): void {
    for (const fighter of this.state.fighters.values()) {
      fighter.x = this.#within(fighter.x)
      fighter.y = this.#within(fighter.y)
    }
  }

  #within(metres: number): number {
    return Math.min(WIDTH_METRES, Math.max(0, metres + (this.#random() - 0.5) * 2 * STEP_METRES))
  }

  #client(sessionId: string): Client {
    return {
      sessionId,
      state: ClientState.JOINED,
      behind: false,
      takesPatch: () => true,
      raw: (frame: Uint8Array) => {
        this.bytes += frame.byteLength
        this.frames++
      },
    } as unknown as Client
  }
}

interface Run {
  cpuMs: number
  p99Ms: number
  frameBytes: number
}

function timed(battle: Battle, patch: () => void): Run {
  const samples: number[] = []
  let totalMicros = 0
  for (let tick = 0; tick < WARM_TICKS + TICKS; tick++) {
    battle.move()
    if (tick === WARM_TICKS) battle.bytes = battle.frames = 0
    const startedMs = performance.now()
    const started = process.threadCpuUsage()
    patch()
    const { user, system } = process.threadCpuUsage(started)
    if (tick < WARM_TICKS) continue
    totalMicros += user + system
    samples.push(performance.now() - startedMs)
  }
  return {
    // The kernel counts in steps of some milliseconds, so that only sums are true.
    cpuMs: totalMicros / 1000 / TICKS,
    p99Ms: percentile(samples, 0.99),
    frameBytes: battle.bytes / battle.frames,
  }
}

function fairground(timing: boolean): Run {
  const battle = new Battle()
  const areas = new InterestAreas({
    bytesPerSecond: () => Number.POSITIVE_INFINITY,
    patchRateHz: () => 20,
    onFallback: (_area, reason) => {
      throw new Error(reason)
    },
    onFailure: (error) => {
      throw error
    },
    onPutOff: () => {},
  })
  const rule = { x: 'x', y: 'y', radiusMetres: RADIUS_METRES, leaveRadiusMetres: RADIUS_METRES } as const
  areas.add(new InterestArea(battle.state.fighters as never, rule as never))
  const serializer = new PatchSerializer<Schema>(areas)
  serializer.reset(battle.state as never)
  let sNow = 0
  return timed(battle, () => {
    sNow += 50
    serializer.applyPatches(battle.clients, battle.state as never, timing ? { sNow } : undefined)
  })
}

/** As Colyseus' documentation says: a view for each client, filled by distance before each patch. */
function plain(): Run {
  const battle = new Battle()
  const serializer = new SchemaSerializer<Schema>()
  serializer.reset(battle.state as never)
  for (const client of battle.clients) client.view = new StateView()
  return timed(battle, () => {
    for (const client of battle.clients) fill(battle, client)
    serializer.applyPatches(battle.clients, battle.state as never)
  })
}

function fill({ state }: Battle, { sessionId, view }: Client): void {
  const own = state.fighters.get(sessionId)!
  for (const fighter of state.fighters.values()) {
    const near = (fighter.x - own.x) ** 2 + (fighter.y - own.y) ** 2 <= RADIUS_METRES ** 2
    if (near === view!.has(fighter)) continue
    if (near) view!.add(fighter)
    else view!.remove(fighter)
  }
}

/** The median run: other programs on the machine take their part of some. */
function median(measure: () => Run): Run {
  const runs = Array.from({ length: ROUNDS }, measure)
  return runs.sort((a, b) => a.cpuMs - b.cpuMs)[Math.floor(ROUNDS / 2)]!
}

const ours = median(() => fairground(false))
const withTime = median(() => fairground(true))
const theirs = median(plain)
publish({
  name: 'encode',
  question: 'What does it cost to choose and encode what each client sees, without the sockets?',
  method: `${CLIENTS} clients among ${ENTITIES} fighters who all move in two float32 fields, ${VISIBLE} of them visible to each client on average; ${TICKS} ticks after ${WARM_TICKS}, frames counted and dropped; means of the thread's CPU time, of ${ROUNDS} runs the median. Plain Colyseus: a StateView for each client, filled by distance.`,
  figures: [
    { what: 'CPU of a tick', value: ours.cpuMs, unit: 'ms', limit: 3 },
    { what: '… 99th percentile of its duration', value: ours.p99Ms, unit: 'ms' },
    { what: '… with the time of rooms with inputs', value: withTime.cpuMs, unit: 'ms', limit: 3 },
    { what: '… with plain Colyseus 0.18', value: theirs.cpuMs, unit: 'ms' },
    { what: 'a frame', value: ours.frameBytes, unit: 'B' },
    { what: '… with plain Colyseus 0.18', value: theirs.frameBytes, unit: 'B' },
  ],
})

import { type Random, seededRandom } from '../../../../shared/random.ts'
import { type SchemaType, schema, t } from '../../../../shared/schema.ts'

const number = () => t.float32().default(0)
export const Part = schema({ hp: t.uint8().default(9), name: t.string().optional() }, 'Part')
/** Entities with everything in them that the fast path knows. */
export const Mob = schema(
  {
    x: number(),
    y: number(),
    size: number(),
    hp: t.uint8().default(100),
    team: t.uint8().default(0),
    cloaked: t.boolean().default(false),
    label: t.string().optional(),
    secret: t.string().default('').view(1),
    plan: t.string().optional().view(2),
    hull: t.ref(Part).optional(),
    bag: t.map(Part),
    marks: t.array('uint8'),
    parts: t.array(Part),
  },
  'Mob',
)
/** What the fast path has no pieces for. */
export const Wagon = Mob.extend({ cargo: t.map(Part).view() }, 'Wagon')
/** Entities that hold values only. */
export const Crate = schema(
  { x: number(), y: number(), z: number(), label: t.string().optional(), hint: t.string().optional().view() },
  'Crate',
)
export const WorldState = schema(
  { tick: t.uint32().default(0), mobs: t.map(Mob).view(), crates: t.map(Crate).view(), news: t.map(Part) },
  'WorldState',
)
export type Mob = SchemaType<typeof Mob>
export type Crate = SchemaType<typeof Crate>
export type WorldState = SchemaType<typeof WorldState>

const WIDTH_METRES = 200

/** A world in which everything happens that can happen to an area, as a seed decides. */
export class World {
  readonly state = new WorldState()
  readonly random: Random
  /** No instance is ever put in a second place: the stock encoder goes wrong there without any area. */
  settled = false
  #serial = 0

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  below(n: number): number {
    return Math.floor(this.random() * n)
  }

  chance(p: number): boolean {
    return this.random() < p
  }

  pick<V>(values: Iterable<V>): V | undefined {
    const all = [...values]
    return all[this.below(all.length)]
  }

  /** A name that stands in no other entity, to be looked for in frames. */
  mark(of: string): string {
    return `<${of}:${this.#serial++}>`
  }

  spawnMob(key: string): Mob {
    const mob = new Mob().assign({
      x: this.below(WIDTH_METRES),
      y: this.below(WIDTH_METRES),
      team: this.below(6),
    })
    mob.secret = this.mark(`${key}!`)
    if (this.chance(0.7)) mob.label = this.mark(key)
    if (this.chance(0.3)) mob.hull = new Part()
    if (this.chance(0.1)) mob.size = this.below(30)
    for (let n = this.below(3); n > 0; n--) mob.bag.set(`b${n}`, new Part())
    for (let n = this.below(3); n > 0; n--) mob.parts.push(new Part())
    this.state.mobs.set(key, mob)
    return mob
  }

  /** Brings in what makes an area fall back. */
  spawnWagon(): void {
    const wagon = new Wagon().assign({ x: -1_000, y: -1_000, team: 250 })
    wagon.cargo.set('gold', new Part())
    this.state.mobs.set('wagon', wagon)
  }

  /** Runs one tick of chance. */
  step(): void {
    const { mobs, crates, news } = this.state
    if (this.chance(0.8)) this.state.tick++
    if (this.chance(0.4)) this.spawnMob(`m${this.below(60)}`)
    if (this.chance(0.4)) this.spawnCrate(`c${this.below(60)}`)
    if (this.chance(0.2)) news.set(`n${this.below(4)}`, new Part())
    for (const [key, mob] of mobs) this.#stepMob(key, mob)
    for (const [key, crate] of crates) this.#stepCrate(key, crate)
    if (this.chance(0.2)) this.#shortLife()
    if (this.chance(0.1) && !this.settled) this.#trade()
    if (this.chance(0.005)) crates.clear()
    if (this.chance(0.1) && !this.settled) this.#rename()
  }

  spawnCrate(key: string): void {
    const crate = new Crate().assign({
      x: this.below(WIDTH_METRES),
      y: this.below(WIDTH_METRES),
      z: this.below(40),
    })
    crate.label = this.mark(key)
    if (this.chance(0.3)) crate.hint = this.mark(key)
    this.state.crates.set(key, crate)
  }

  #stepMob(key: string, mob: Mob): void {
    if (this.chance(0.6)) {
      mob.x += this.below(7) - 3
      mob.y += this.below(7) - 3
    }
    if (this.chance(0.02)) Object.assign(mob, { x: this.below(WIDTH_METRES), y: this.below(WIDTH_METRES) })
    if (this.chance(0.1)) mob.hp = this.below(200)
    if (this.chance(0.03)) mob.label = this.chance(0.3) ? undefined : this.mark(key)
    if (this.chance(0.03)) mob.secret = this.mark(`${key}!`)
    if (this.chance(0.03)) mob.plan = this.chance(0.5) ? undefined : this.mark(`${key}!`)
    if (this.chance(0.02)) mob.team = this.below(6)
    if (this.chance(0.02)) mob.cloaked = !mob.cloaked
    if (this.chance(0.05)) this.#stepInside(mob)
    if (!key.startsWith('m')) return
    const fate = this.random()
    if (fate < 0.02) this.state.mobs.delete(key)
    else if (fate < 0.03) this.spawnMob(key)
    else if (fate < 0.04 && !this.settled) {
      this.state.mobs.delete(key)
      this.state.mobs.set(key, mob)
    }
  }

  #stepInside(mob: Mob): void {
    const deeds = [
      () => Object.assign(mob, { hull: this.chance(0.5) ? new Part() : undefined }),
      () => mob.hull?.assign({ hp: this.below(200) }),
      () => mob.bag.set(`b${this.below(4)}`, new Part().assign({ hp: this.below(200) })),
      () => mob.bag.delete(`b${this.below(4)}`),
      () => mob.bag.clear(),
      () => this.pick(mob.bag.values())?.assign({ name: this.chance(0.5) ? 'new' : undefined }),
      () => mob.marks.push(this.below(9)),
      () => mob.marks.splice(this.below(3), 1),
      () => mob.parts.push(new Part()),
      () => mob.parts.length > 0 && mob.parts.splice(this.below(mob.parts.length), 1),
      () => this.pick(mob.parts)?.assign({ hp: this.below(200) }),
    ]
    this.pick(deeds)!()
  }

  #stepCrate(key: string, crate: Crate): void {
    if (this.chance(0.3)) Object.assign(crate, { x: crate.x + this.below(9) - 4, z: this.below(40) })
    if (this.chance(0.05)) crate.label = this.chance(0.2) ? undefined : this.mark(key)
    if (this.chance(0.05)) crate.hint = this.chance(0.2) ? undefined : this.mark(key)
    if (this.chance(0.01)) this.state.crates.delete(key)
  }

  /** Comes and goes within one tick, alone or with others. */
  #shortLife(): void {
    const { mobs, crates } = this.state
    this.spawnMob('brief')
    mobs.delete('brief')
    this.spawnCrate('brief')
    if (this.chance(0.5)) crates.delete('brief')
  }

  /** Something goes from one entity to another. */
  #trade(): void {
    const [from, to] = [this.pick(this.state.mobs.values()), this.pick(this.state.mobs.values())]
    if (!from || !to || from === to) return
    const part = from.parts.length > 0 ? from.parts.pop() : undefined
    if (part) to.parts.push(part)
  }

  /** The same entity under another key. */
  #rename(): void {
    const key = this.pick([...this.state.crates.keys()])
    const crate = key === undefined ? undefined : this.state.crates.get(key)
    if (!crate) return
    this.state.crates.delete(key!)
    if (this.chance(0.2)) this.state.crates.delete('moved')
    this.state.crates.set('moved', crate)
  }
}

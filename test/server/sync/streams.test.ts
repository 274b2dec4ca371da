import { beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../../../client-sdk/index.ts'
import { type Client, GameRoom } from '../../../server/index.ts'
import { type SchemaType, StateView, schema, t } from '../../../shared/schema.ts'
import { startTestServer } from '../../../testing/index.ts'
import { eventually } from '../../eventually.ts'
import { Relay } from '../../relay.ts'
import { counted } from './scene.ts'

const Spark = schema({ x: t.uint16().default(0) }, 'Spark')
const Sky = schema(
  { step: t.uint32().default(0), noise: t.string().default(''), sparks: t.stream(Spark) },
  'Sky',
)
type Sky = SchemaType<typeof Sky>

/** What a patch is at least: few of them are more than may be on their way unread. */
const NOISE_CHARS = 10_000

/** Each step adds a spark to a stream, and much else. */
class SkyRoom extends GameRoom<{ state: Sky }> {
  override state = new Sky()
  override reconnectHoldSeconds = 60
  override onTick() {
    this.state.step++
    this.state.noise = String(this.state.step % 10).repeat(NOISE_CHARS)
    const spark = new Spark()
    spark.x = this.state.step
    this.state.sparks.add(spark)
  }
}
/** The same, where each client has a view of its own. */
class ViewedSkyRoom extends SkyRoom {
  override onJoin(client: Client) {
    client.view = new StateView()
    client.view.subscribe(this.state.sparks)
  }
}
const rooms = { sky: SkyRoom, viewed: ViewedSkyRoom }

beforeEach(() => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
})

it.each(['sky', 'viewed'] as const)(
  '[BP10] a client that would miss a patch of a stream is closed, nobody else misses one, and it comes back: %s',
  async (name) => {
    // Only what it does not read may end its connection.
    const limits = { drainMs: 600_000, pingIntervalMs: 600_000 }
    await using server = await startTestServer({ rooms, limits })
    await using relay = await Relay.open({ port: Number(new URL(server.url).port) })
    const quick = await server.connect().joinOrCreate(name)
    const slow = await connect<typeof server.server>(`wss://localhost:${relay.port}`).joinOrCreate(name)
    const statuses: (string | undefined)[] = []
    slow.onStatus((status, error) => statuses.push(status, error?.code))
    await server.step(2, quick, slow)
    expect(await counted(server, 'slow_clients_closed')).toBe(0)
    relay.stop()
    const { step } = quick.state
    const seen: number[] = []
    quick.onPatch((state) => seen.push(state.step))
    for (let n = 0; n < 100 && (await counted(server, 'slow_clients_closed')) === 0; n++)
      await server.step(1, quick)
    expect(await counted(server, 'slow_clients_closed')).toBe(1)
    expect(seen).toEqual(seen.map((_, index) => step + 1 + index))
    expect([...quick.state.sparks].map(({ x }) => x)).toEqual(from1To(quick.state.step))
    relay.resume()
    await eventually(() =>
      expect(statuses.filter((_, index) => index % 2 === 0)).toEqual(['reconnecting', 'open']),
    )
    await server.step(1, quick, slow)
    expect(slow.state.step).toBe(quick.state.step)
    const sparks = [...slow.state.sparks].map(({ x }) => x)
    if (name === 'viewed') expect(sparks).toEqual(from1To(slow.state.step))
    else expect(sparks.at(-1)).toBe(slow.state.step)
  },
)

function from1To(step: number): number[] {
  return Array.from({ length: step }, (_, n) => n + 1)
}

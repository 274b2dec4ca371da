/** Part (f): how many bytes Glenn Fiedler's 901 cubes take, a patch and a cube that changed. */
import { BenchChild } from '../parts/child.ts'
import type { Figure } from '../parts/report.ts'
import type { CubeFigures } from './cubes/comparison.ts'
import { SIDES } from './cubes/sides.ts'
import type { BenchContext, Part } from './part.ts'

const HZ = 20
const SECONDS = 30
const QUICK_SECONDS = 3
const ARTICLE = 'https://gafferongames.com/post/snapshot_compression/'

type Run = CubeFigures & { name: string }

export const cubes: Part = {
  letter: 'f',
  title: '901 cubes, told to one client',
  async run(context) {
    const seconds = context.quick ? QUICK_SECONDS : SECONDS
    const runs: Run[] = []
    for (const { side, name } of SIDES) {
      const run = { name, ...(await told(side, { ...context, seconds })) }
      runs.push(run)
      context.progress(
        `${name}: ${(run.bytes / run.patches).toFixed(0)} bytes a patch; ${run.wrong} of ${run.patches} patches wrong, cubes at most ${run.worstMillimetres.toFixed(3)} mm and ${run.worstRadians.toFixed(4)} rad off`,
      )
    }
    const moved = runs.map(({ changed, patches }) => changed / patches)
    const method =
      `A cube rolls among 900 small ones; ${HZ} patches a second over wss, ${seconds} s each, some ${(moved.reduce((sum, one) => sum + one, 0) / moved.length).toFixed(0)} cubes moving on average; payload of WebSocket messages. ` +
      'After each patch every cube that the client has decoded is compared with the simulation: within 1 mm along an axis and 0.01 rad where quantised. ' +
      'What moves is near the rolling cube, so an interest area around it saves nothing here and pays for what passes its edge. ' +
      `Glenn Fiedler's scene began at 36,153 B a snapshot and came down, bit by bit, to about 7 B a changed cube (5.5 bits of index, 26.1 of place, 23.3 of turn): ${ARTICLE}.`
    const faults = runs
      .filter(({ wrong }) => wrong > 0)
      .map(
        ({ name, wrong, patches }) => `${name}: ${wrong} of ${patches} patches left a cube where it is not`,
      )
    return { letter: this.letter, title: this.title, method, figures: runs.flatMap(figuresOf), runs, faults }
  },
}

async function told(
  side: string,
  { cert, key, seconds }: BenchContext & { seconds: number },
): Promise<CubeFigures> {
  const env = { BENCH_SIDE: side, BENCH_CERT: cert, BENCH_KEY: key, NODE_EXTRA_CA_CERTS: cert }
  const server = new BenchChild('../worlds/cubes/server.ts', 0, env)
  const { port } = await server.ask<{ port: number }>({})
  const client = new BenchChild('../worlds/cubes/client.ts', 1, env)
  const figures = await client.ask<CubeFigures>({ port, ticks: seconds * HZ })
  await client.stop()
  await server.stop()
  return figures
}

function figuresOf({ name, bytes, patches, changed }: Run): Figure[] {
  return [
    { what: `${name}: a patch`, value: bytes / patches, unit: 'B' },
    { what: '… a cube that moved', value: bytes / changed, unit: 'B' },
  ]
}

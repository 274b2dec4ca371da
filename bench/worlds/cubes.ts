/** World (f): how many bytes do Glenn Fiedler's 901 cubes take, a patch and a cube that changed? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from '../parts/certificate.ts'
import { BenchChild } from '../parts/child.ts'
import { type Figure, publish, type Report } from '../parts/report.ts'
import type { CubeFigures } from './cubes/comparison.ts'
import { SIDES } from './cubes/sides.ts'

const HZ = 20

/** @param seconds how long each way of telling is watched */
export async function cubes({ seconds = 30 } = {}): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'fairground-bench-'))
  const files = makeCertificate(folder, 'ecdsa')
  const figures: Figure[] = []
  const moved: number[] = []
  let wrong = 0
  for (const { side, name } of SIDES) {
    const env = { BENCH_SIDE: side, BENCH_FILES: JSON.stringify(files), NODE_EXTRA_CA_CERTS: files.cert }
    const server = new BenchChild('../worlds/cubes/server.ts', 0, env)
    const { port } = await server.ask<{ port: number }>({})
    const client = new BenchChild('../worlds/cubes/client.ts', 1, env)
    const told = await client.ask<CubeFigures>({ port, patches: seconds * HZ })
    await client.stop()
    await server.stop()
    figures.push(
      { what: `${name}: a patch`, value: told.bytes / told.patches, unit: 'B' },
      { what: '… a cube that moved', value: told.bytes / told.changed, unit: 'B' },
    )
    moved.push(told.changed / told.patches)
    wrong += told.wrong
    console.log(
      `${name}: ${told.patches} patches, ${told.wrong} wrong, at most ${told.worstMillimetres.toFixed(3)} mm and ${told.worstRadians.toFixed(4)} rad off`,
    )
  }
  await rm(folder, { recursive: true, force: true })
  return {
    name: 'cubes',
    question: 'How many bytes do 901 cubes take, of which a rolling one pushes some tens?',
    method: `${HZ} patches a second to one client over wss, ${seconds} s each, ${Math.min(...moved).toFixed(0)} to ${Math.max(...moved).toFixed(0)} cubes moving on average, all of them near the rolling one; payload of WebSocket messages. After each patch every cube that the client holds was compared with the simulation: within 1 mm along an axis and 0.01 rad where quantised. Glenn Fiedler's own scene began at 36,153 B a snapshot and ended, bit by bit, at about 7 B a changed cube (5.5 bits of index, 26.1 of place, 23.3 of turn): https://gafferongames.com/post/snapshot_compression/.`,
    figures: [...figures, { what: 'wrong patches, of all', value: wrong, unit: '', limit: 0 }],
  }
}

if (import.meta.main) publish(await cubes())

import { Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { TickHistogram } from '../../../server/metrics/tick-histogram.ts'

const BOUNDS = [0.001, 0.01, 0.1]
const ABOUT = { name: 'steps', help: 'How long.' }

it('tells what the library’s own histogram would', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const histogram = new TickHistogram(ours, ABOUT, BOUNDS)
  const stock = new Histogram({ ...ABOUT, labelNames: ['room'], buckets: BOUNDS, registers: [theirs] })
  for (const room of ['arena', 'chat "1"'])
    for (const seconds of [0, 0.0005, 0.001, 0.002, 0.01, 0.05, 3]) {
      histogram.observe(room, seconds)
      stock.observe({ room }, seconds)
    }
  const lines = async (registry: Registry) => (await registry.metrics()).split('\n').sort()
  expect(await lines(ours)).toEqual(await lines(theirs))
  ours.resetMetrics()
  expect(await ours.metrics()).not.toContain('arena')
})

/**
 * `npm run fuzz`: throws frames and requests at a server that is not to fall over. Options: `--seed n` (default: another
 * each time), `--frames n` (1,000,000), `--requests n` (50,000), `--policy-frames n` (50,000, with the strike policy on).
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { frameCampaign } from './frame-campaign.ts'
import { requestCampaign } from './request-campaign.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    frames: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '50000' },
    'policy-frames': { type: 'string', default: '50000' },
  },
})
const seed = Number(values.seed)
const tell = (line: string) => console.log(`  ${line}`)
console.log(`Seed ${seed}. The same again: npm run fuzz -- --seed ${seed}`)

let troubles = 0
for (const [what, policy, frames] of [
  ['Frames, the strike policy lifted', false, Number(values.frames)],
  ['Frames, with the strike policy', true, Number(values['policy-frames'])],
] as const) {
  console.log(what)
  const startedMs = performance.now()
  const report = await frameCampaign({ seed, frames, policy, tell })
  troubles += report.troubles.length
  console.log({ ...report, seconds: Math.round((performance.now() - startedMs) / 1000) })
}
console.log('Requests')
const startedMs = performance.now()
const report = await requestCampaign({ seed, requests: Number(values.requests), tell })
troubles += report.troubles.length
console.log({ ...report, seconds: Math.round((performance.now() - startedMs) / 1000) })
process.exitCode = troubles > 0 ? 1 : 0

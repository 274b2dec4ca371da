import { expect, it } from 'vitest'
import { frameCampaign } from './frame-campaign.ts'
import { requestCampaign } from './request-campaign.ts'

// The form for every commit, from a seed that stays; `npm run fuzz` draws another each time, and goes on as long as asked.

const SEED = 20_261_125
const TIMEOUT_MS = 600_000
/** A server with its rooms needs some 180 MB; what leaks a kilobyte a frame would need a gigabyte more. */
const MAX_RSS_MB = 600

it(
  'a million frames, none dropped for coming often, neither stop the server nor touch a player',
  async () => {
    const report = await frameCampaign({ seed: SEED, frames: 1_000_000, policy: false })
    expect(report.troubles).toEqual([])
    expect(report.frames).toBeGreaterThanOrEqual(1_000_000)
    expect(report.rssMb).toBeLessThan(MAX_RSS_MB)
    expect(report.said).toBeGreaterThan(50)
    for (const kind of [
      'malformed',
      'opcode',
      'unknownType',
      'invalidPayload',
      'joinedTwice',
      'text',
      'empty',
    ])
      expect(report.refused[kind], kind).toBeGreaterThan(1_000)
  },
  TIMEOUT_MS,
)

it(
  'with the strike policy the senders are sent away, and nobody else',
  async () => {
    const report = await frameCampaign({ seed: SEED, frames: 50_000, policy: true })
    expect(report.troubles).toEqual([])
    expect(report.ends[4320]).toBeGreaterThan(50)
  },
  TIMEOUT_MS,
)

it(
  '50,000 requests, whole, odd and cut, are answered or ended, and a player beside plays on',
  async () => {
    const report = await requestCampaign({ seed: SEED, requests: 50_000 })
    expect(report.troubles).toEqual([])
    expect(report.statuses[200]).toBeGreaterThan(100)
    expect(report.rssMb).toBeLessThan(MAX_RSS_MB)
  },
  TIMEOUT_MS,
)

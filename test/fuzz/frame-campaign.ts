import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from '../../client-sdk/index.ts'
import type { FairgroundServer } from '../../server/index.ts'
import { seededRandom } from '../../shared/random.ts'
import { takeSeat } from '../raw-seat.ts'
import { Victim } from '../victim.ts'
import { Attacker } from './attacker.ts'
import type { FieldRoom } from './field-room.ts'
import { HonestPlayer } from './honest-player.ts'
import { keepBatches } from './kept-batches.ts'
import { LIFTED, STRICT } from './limits.ts'
import { recordTraffic } from './recorded.ts'

/** Frames between two signs that the server has read them. */
const BATCH_FRAMES = 250
/** Frames between two looks at the states. */
const CHECK_FRAMES = 50_000
const ATTACKERS = 4

export interface FrameCampaign {
  readonly seed: number
  readonly frames: number
  /** With the strike policy, as a server has it; else lifted. */
  readonly policy: boolean
  tell?(line: string): void
}

export interface CampaignReport {
  readonly frames: number
  readonly ends: Record<number, number>
  /** What honest players noticed, and states that differed; empty when all is well. */
  readonly troubles: string[]
  readonly rssMb: number
  readonly said: number
  /** Offences counted by the server, by kind. */
  readonly refused: Record<string, number>
}

type Rooms = { field: typeof FieldRoom }

/**
 * Throws frames at a server in a process of its own while honest players play in the same rooms.
 *
 * @throws Error when the server ended, or its event loop stood still
 */
export async function frameCampaign({ seed, frames, policy, tell }: FrameCampaign): Promise<CampaignReport> {
  const file = join(import.meta.dirname, 'victim-server.ts')
  await using victim = await Victim.start(file, { LIMITS: JSON.stringify(policy ? STRICT : LIFTED) })
  const player = () => connect<FairgroundServer<Rooms>>(victim.url.replace('https', 'wss'))
  const corpus = await record(player)
  const honest = await Promise.all([1, 2].map(async () => new HonestPlayer(await player().create('field'))))
  let address = 0
  const attackers = Array.from({ length: ATTACKERS }, (_, index) => {
    const { id } = honest[index % honest.length]!.room
    // An address of its own each time, or the ban would be all that is tested.
    const from = () => `127.${1 + (++address >> 16)}.${(address >> 8) & 255}.${address & 255}`
    return new Attacker({ takeSeat: () => takeSeat(victim.url, `joinById/${id}`, { from: from() }), corpus })
  })
  const troubles: string[] = []
  try {
    for (let sent = 0; sent < frames && troubles.length === 0; ) {
      const goal = Math.min(frames, sent + CHECK_FRAMES)
      await Promise.all(
        attackers.map((attacker, index) => attackUntil(attacker, index, { seed, goal: goal / ATTACKERS })),
      )
      sent = attackers.reduce((sum, attacker) => sum + attacker.sent, 0)
      troubles.push(...(await look(victim, honest)))
      tell?.(`${sent} frames, ${troubles.length} troubles`)
    }
  } catch (cause) {
    const kept = keepBatches(
      `seed-${seed}`,
      attackers.map(({ batch }) => batch),
    )
    throw new Error(`${(cause as Error).message} The last frames are kept in ${kept}.`, { cause })
  }
  for (const one of honest) one.rest()
  const { rssMb } = await victim.ask<{ rssMb: number }>('health')
  const refused = await refusals(victim.url)
  await Promise.all(attackers.map((attacker) => attacker.leave()))
  await Promise.all(honest.map(({ room }) => room.leave()))
  return {
    frames: attackers.reduce((sum, attacker) => sum + attacker.sent, 0),
    ends: sumOf(attackers.map(({ ends }) => ends)),
    troubles,
    rssMb,
    refused,
    said: honest.reduce((sum, { said }) => sum + said, 0),
  }
}

async function attackUntil(
  attacker: Attacker,
  index: number,
  { seed, goal }: { seed: number; goal: number },
): Promise<void> {
  while (attacker.sent < goal) {
    // Each batch has a seed of its own, so that one can be had again without those before it.
    const random = seededRandom(
      seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(attacker.sent + 1, 0x85ebca6b),
    )
    await attacker.attack(random, Math.min(BATCH_FRAMES, Math.ceil(goal - attacker.sent)))
  }
}

/** What the honest players noticed, and where their states are not the server's. */
async function look(victim: Victim, honest: readonly HonestPlayer[]): Promise<string[]> {
  const fate = await victim.fate()
  if (fate !== 'works') throw new Error(`The server ${fate}.`)
  const differing = await settledDifferences(victim, honest)
  const { polluted } = await victim.ask<{ polluted: boolean }>('health')
  return [
    ...honest.flatMap(({ troubles }) => troubles),
    ...differing,
    ...(polluted ? ['prototypes polluted'] : []),
  ]
}

/** Patches are under way all the time: states differ only if they still do after many looks. */
async function settledDifferences(victim: Victim, honest: readonly HonestPlayer[]): Promise<string[]> {
  let all: string[] = []
  for (let looks = 0; looks < 200; looks++) {
    const states = await victim.ask<Record<string, object>>('states')
    all = honest.flatMap((one) => one.differences(states[one.room.id]))
    if (all.length === 0) break
    await wait(25)
  }
  return all
}

async function record(player: () => ReturnType<typeof connect<FairgroundServer<Rooms>>>): Promise<Buffer[]> {
  const frames: Buffer[] = []
  for (const mode of ['reliable', 'unreliable'] as const) {
    const room = await player().create('field')
    frames.push(...(await recordTraffic(room, mode)))
    await room.leave()
  }
  return frames
}

function sumOf(all: readonly Record<number, number>[]): Record<number, number> {
  const sum: Record<number, number> = {}
  for (const one of all)
    for (const [code, count] of Object.entries(one)) sum[Number(code)] = (sum[Number(code)] ?? 0) + count
  return sum
}

async function refusals(url: string): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const lines = metrics.matchAll(/^fairground_frames_refused_total\{kind="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, kind, count]) => [kind, Number(count)]))
}

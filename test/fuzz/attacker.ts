import type { Random } from '../../shared/random.ts'
import { type RawSeat, wireFrame } from '../raw-seat.ts'
import { nextFrame, pick, upTo } from './mutate.ts'

/** Longest wait for a sign that a batch was read, in milliseconds: then the server counts as hanging. */
const HANG_MS = 30_000

export interface AttackerOptions {
  /** Takes a seat below the SDK, from an address that is not banned. */
  takeSeat(): Promise<RawSeat>
  readonly corpus: readonly Buffer[]
}

/** Sends batches of frames from a seat below the SDK, and takes another seat whenever it lost one. */
export class Attacker {
  /** Frames written so far. */
  sent = 0
  /** Connections that ended, by close code. */
  readonly ends: Record<number, number> = {}
  /** The frames under way, to be kept if they are the last that the server has read. */
  batch: readonly Buffer[] = []
  readonly #options: AttackerOptions
  #seat: RawSeat | undefined

  constructor(options: AttackerOptions) {
    this.#options = options
  }

  /**
   * Sends `count` frames drawn from `random` in one piece, and waits until the server has read them or ended the
   * connection.
   *
   * @throws Error when it does neither
   */
  async attack(random: Random, count: number): Promise<void> {
    const seat = await this.#takeSeat()
    const frames = Array.from({ length: count }, () => this.#wireFrame(random))
    this.batch = frames
    this.sent += count
    seat.stream.write(Buffer.concat(frames))
    const read = seat.heard().then(
      () => 'read',
      () => 'closed',
    )
    if ((await within(HANG_MS, read)) === 'closed') await this.#lost(seat)
  }

  async leave(): Promise<void> {
    this.#seat?.socket.terminate()
    await this.#seat?.closed
  }

  async #takeSeat(): Promise<RawSeat> {
    this.#seat ??= await this.#options.takeSeat()
    return this.#seat
  }

  async #lost(seat: RawSeat): Promise<void> {
    const { code } = await seat.closed
    this.ends[code] = (this.ends[code] ?? 0) + 1
    this.#seat = undefined
  }

  /** Most frames are whole and binary, so that what is in them is read; some are not. */
  #wireFrame(random: Random): Buffer {
    const payload = nextFrame(random, this.#options.corpus)
    // A lone leave would end the seat at once, and the rest of the batch with it.
    const frame =
      payload.length === 1 && payload[0]! % 32 === 12 && random() < 0.99 ? Buffer.from([18]) : payload
    const way = random()
    if (way < 0.03) {
      const at = upTo(random, frame.length)
      return Buffer.concat([
        wireFrame(frame.subarray(0, at), { fin: false }),
        ...(random() < 0.5 ? [wireFrame(Buffer.alloc(upTo(random, 126)), { opcode: 9 })] : []),
        wireFrame(frame.subarray(at), { opcode: 0 }),
      ])
    }
    if (way < 0.05) return wireFrame(frame.subarray(0, 125), { opcode: pick(random, [9, 10]) })
    if (way < 0.06) return wireFrame(Buffer.from(frame.toString('latin1')), { opcode: 1 })
    return wireFrame(frame)
  }
}

/** @throws Error when it takes longer */
async function within<T>(ms: number, settled: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error('The server neither read a batch nor ended its connection.')),
      ms,
    )
  })
  try {
    return await Promise.race([settled, late])
  } finally {
    clearTimeout(timer)
  }
}

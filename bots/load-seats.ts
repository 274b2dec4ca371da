/** Seats that cost next to nothing: sockets that send recorded inputs over and over and throw away what they read. */
import { request } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { InputEncoder } from '@colyseus/schema/input'
import { Protocol } from '@colyseus/sdk'
import { WebSocket } from 'ws'
import { ArenaInput, type Intent } from '../rooms/arena/state.ts'
import type { World, WorldName } from '../rooms/arena/world.ts'
import type { Random } from '../shared/random.ts'

export interface LoadOptions {
  /** `wss://…` of the server. */
  url: string
  room: WorldName
  world: World
  seats: number
  random: Random
}

/** Players of one address that a server lets in at once, if they name no origin. */
const SEATS_AN_ADDRESS = 20
const JOINS_AT_ONCE = 32
const ATTEMPTS = 600
const RETRY_MS = 500
const MAX_LATE_MS = 200
const RECORDINGS = 16
const RECORDED_SECONDS = 30
/** The bits of a frame's first byte that say what it is. */
const KIND_MASK = 0x1f
/** No burst of all seats fills the server's queue at once. */
const GROUPS = 10

export class LoadSeats {
  readonly #options: LoadOptions
  /** By seat, as far as they were ever taken. */
  readonly #sockets = new Map<number, WebSocket>()
  readonly #recordings: readonly (readonly Uint8Array[])[]
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  /** State patches that arrived, and bytes of all frames. */
  readonly received = { patches: 0, bytes: 0 }

  constructor(options: LoadOptions) {
    this.#options = options
    this.#recordings = Array.from({ length: RECORDINGS }, () => record(options.random, options.world))
  }

  get open(): number {
    return [...this.#sockets.values()].filter(({ readyState }) => readyState === WebSocket.OPEN).length
  }

  /** Takes all seats; those that are in play on meanwhile. */
  async join(): Promise<void> {
    this.#play()
    let next = 0
    const joinSome = async (): Promise<void> => {
      for (let seat = next++; seat < this.#options.seats; seat = next++) await this.#take(seat)
    }
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, joinSome))
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
    for (const socket of this.#sockets.values()) socket.terminate()
  }

  #play(): void {
    const everyMs = 1000 / this.#options.world.tickRateHz / GROUPS
    let nextMs = performance.now()
    let turn = 0
    this.#timer = setInterval(() => {
      // What could not be sent for longer is left out: a flood helps nobody who is late.
      nextMs = Math.max(nextMs, performance.now() - MAX_LATE_MS)
      for (; performance.now() >= nextMs; nextMs += everyMs) {
        const step = Math.floor(turn / GROUPS)
        for (let seat = turn++ % GROUPS; seat < this.#options.seats; seat += GROUPS) {
          const recording = this.#recordings[seat % RECORDINGS]!
          const socket = this.#sockets.get(seat)
          // Each is somewhere else in its recording.
          if (socket?.readyState === WebSocket.OPEN)
            socket.send(recording[(step + seat * 37) % recording.length]!)
        }
      }
    }, everyMs)
  }

  /** A server that has too much to do just then says so; it is asked again. Who is lost comes back. */
  async #take(seat: number): Promise<void> {
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        const socket = await this.#open(seat)
        this.#sockets.set(seat, socket)
        socket.once('close', () => void this.#take(seat).catch(() => {}))
        return
      } catch (error) {
        if (attempt === ATTEMPTS) throw error
        await wait(RETRY_MS)
      }
    }
  }

  async #open(seat: number): Promise<WebSocket> {
    const { url, room } = this.#options
    const { hostname } = new URL(url)
    // A server bounds what one address may do. On its own machine there are many, each with players of its own.
    const many = process.platform === 'linux' && (hostname === 'localhost' || hostname.startsWith('127.'))
    const from = many
      ? { family: 4, localAddress: `127.0.1.${1 + (Math.floor(seat / SEATS_AN_ADDRESS) % 250)}` }
      : {}
    const place = await reserve(`${url.replace(/^wss:/, 'https:')}/matchmake/joinOrCreate/${room}`, from, {
      name: `Walker ${seat + 1}`,
      bot: true,
    })
    const target = `${url}/${place.processId}/${place.roomId}?sessionId=${place.sessionId}`
    const socket = new WebSocket(target, { ...from, perMessageDeflate: false })
    await new Promise<void>((resolve, reject) => {
      socket.once('message', () => resolve())
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('closed before it was in')))
    })
    socket.on('error', () => {})
    socket.on('message', (frame: Buffer) => {
      this.received.bytes += frame.length
      if ((frame[0]! & KIND_MASK) === Protocol.ROOM_STATE_PATCH) this.received.patches++
    })
    socket.send(new Uint8Array([Protocol.JOIN_ROOM]))
    return socket
  }
}

interface Reservation {
  processId: string
  roomId: string
  sessionId: string
}

function reserve(url: string, from: object, body: object): Promise<Reservation> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...from, method: 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Reservation)
        else reject(new Error(text))
      })
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}

/** Half a minute of somebody who walks about, looks where it goes, and shoots a little now and then. */
function record(random: Random, { tickRateHz }: World): Uint8Array[] {
  const frames: Uint8Array[] = []
  let walk: Intent = { moveX: 1, moveY: 0, aim: 0, fire: false, dash: false }
  let [turnIn, fireIn] = [0, 0]
  while (frames.length < RECORDED_SECONDS * tickRateHz) {
    if (turnIn-- <= 0) {
      const aim = random() * 2 * Math.PI
      walk = { ...walk, aim, moveX: Math.cos(aim), moveY: Math.sin(aim) }
      turnIn = tickRateHz * (0.5 + 2 * random())
    }
    if (fireIn-- <= 0) fireIn = tickRateHz * (3 + 6 * random())
    frames.push(frameOf({ ...walk, fire: fireIn < tickRateHz / 2 }))
  }
  return frames
}

function frameOf(intent: Intent): Uint8Array {
  const bytes = new InputEncoder(new ArenaInput().assign(intent)).encode()
  return Uint8Array.from([Protocol.ROOM_INPUT_RELIABLE, ...bytes])
}

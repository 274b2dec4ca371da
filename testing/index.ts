/** `fairground/testing`: a real server in this process, real clients over wss, and ticks under your control. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { matchMaker } from '@colyseus/core'
import { type ConnectOptions, connect, type Fairground, type RoomType } from '../client-sdk/index.ts'
import { createServer, type FairgroundServer } from '../server/create-server.ts'
import type { Limits } from '../server/limits.ts'
import type { RoomClasses, ServerOptions } from '../server/server-options.ts'
import { OF_ONE_ADDRESS } from './one-address.ts'

export interface TestServerOptions<Rooms extends RoomClasses>
  extends Omit<ServerOptions<Rooms>, 'dataFolder'> {
  /** `manual` (default): rooms run only when {@link TestServer.step} says so. `real`: by the clock, as in production. */
  ticks?: 'manual' | 'real'
}

/** Rates go by the clock, and rooms that are stepped by hand run faster than it. A test may set its own. */
const UNHURRIED: Partial<Limits> = {
  messagesPerSecond: 1e6,
  messageBurst: 1e6,
  inputFramesPerTick: 1e6,
  bytesPerSecond: 1e9,
  byteBurst: 1e9,
}

/** A machine that tests run on has more to do than this. */
const UNSHED: Partial<Limits> = { overloadDelayMs: 60_000 }

/** A room joined by a test's client: something that can be pinged. */
interface Joined {
  ping(): Promise<number>
}

/**
 * Starts a match server on a free loopback port, with a certificate authority of its own that this process trusts.
 * Limits by address are wide: every client of a test has the same one. Use `await using`, or call
 * {@link TestServer.close}: a process can hold one server at a time.
 */
export async function startTestServer<const Rooms extends RoomClasses>(
  options: TestServerOptions<Rooms>,
): Promise<TestServer<Rooms>> {
  const folder = await mkdtemp(join(tmpdir(), 'fairground-'))
  const { ticks = 'manual', ...serverOptions } = options
  const limits = { ...OF_ONE_ADDRESS, ...UNSHED, ...(ticks === 'manual' && UNHURRIED), ...options.limits }
  let server: FairgroundServer<Rooms> | undefined
  try {
    server = createServer<Rooms>(
      {
        log: 'silent',
        certsFolder: join(folder, 'certs'),
        ...serverOptions,
        limits,
        dataFolder: join(folder, 'data'),
      },
      { manualTicks: ticks === 'manual' },
    )
    const test = new TestServer(server, folder)
    await test.open()
    return test
  } catch (error) {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** A running server under test. Made by {@link startTestServer}. */
export class TestServer<Rooms extends RoomClasses> implements AsyncDisposable {
  readonly server: FairgroundServer<Rooms>
  readonly #folder: string

  constructor(server: FairgroundServer<Rooms>, folder: string) {
    this.server = server
    this.#folder = folder
  }

  async open(): Promise<void> {
    const { caPath } = await this.server.listen({ port: 0, host: '127.0.0.1' })
    if (caPath === undefined) return
    setDefaultCACertificates([...getCACertificates('default'), await readFile(caPath, 'utf8')])
  }

  /** `https://localhost:<port>`. */
  get url(): string {
    return this.server.address!.url
  }

  /** A client of its own guest, typed by the rooms. */
  connect(options: ConnectOptions = {}): Fairground<FairgroundServer<Rooms>> {
    return connect<FairgroundServer<Rooms>>(this.url.replace('https:', 'wss:'), options)
  }

  /**
   * Runs every room forward by fixed steps. What `clients` sent before has arrived then, and they have received every
   * patch and event of those steps when this settles.
   */
  async step(ticks = 1, ...clients: Joined[]): Promise<void> {
    await Promise.all(clients.map((client) => client.ping()))
    this.server.stepRooms(ticks)
    await Promise.all(clients.map((client) => client.ping()))
  }

  /** The running room behind a client's room, to look at or to tamper with. */
  room<N extends keyof Rooms & string>(
    name: N,
    { id }: { id: string },
  ): RoomType<FairgroundServer<Rooms>, N> {
    const room = matchMaker.getLocalRoomById(id)
    if (room?.roomName !== name) throw new Error(`There is no open room "${name}" with id ${id}.`)
    return room as RoomType<FairgroundServer<Rooms>, N>
  }

  /** Shuts the server down and removes what it wrote. */
  async close(): Promise<void> {
    await this.server.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

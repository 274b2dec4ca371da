import { matchMaker, type Presence } from '@colyseus/core'
import { RedisDriver } from '@colyseus/redis-driver'
import { RedisPresence } from '@colyseus/redis-presence'
import { Redis } from 'ioredis'
import { FairgroundError } from '../../shared/errors.ts'
import type { Logger } from '../log.ts'

/** Time for Redis to answer at the start, in milliseconds. */
const CONNECT_MS = 5_000
/** A command that waited over so many reconnections fails; the join behind it is refused then and may be repeated. */
const MAX_RETRIES = 3
/** Longest wait between two attempts to reconnect, in milliseconds. */
const MAX_RECONNECT_MS = 1_000

/** What several match servers share: who is where, and a way to ask each other. */
export interface SharedRooms {
  readonly presence: Presence
  readonly driver: RedisDriver
  close(): Promise<void>
}

/**
 * Connects to the Redis server that several match servers share.
 *
 * @param address `redis://…` or `rediss://…`, user and password included
 * @throws FairgroundError OPTION_INVALID, or REDIS_UNREACHABLE without the password in it
 */
export async function connectRedis(address: string, log: Logger): Promise<SharedRooms> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw new FairgroundError('OPTION_INVALID', {
      message: 'The address of Redis must be redis://host:port or rediss://host:port.',
    })
  }
  const client = new Redis(address, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: MAX_RETRIES,
    retryStrategy: (attempts) => Math.min(attempts * 100, MAX_RECONNECT_MS),
  })
  // What connect() rejects with is only that the connection is closed.
  let reason: string | undefined
  const note = ({ message }: Error): void => {
    reason = message
    // Nothing but its text: the error carries the command that failed, and the one for signing in has the password.
    log.debug({ reason }, 'Redis')
  }
  client.on('error', note)
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    client.disconnect()
    reason ??= error instanceof Error ? error.message : String(error)
    throw new FairgroundError('REDIS_UNREACHABLE', {
      message: `The Redis server at ${url.host} cannot be used: ${reason.replace(/\.$/, '')}.`,
    })
  }
  const presence = new RedisPresence(client)
  const rooms = client.duplicate({ lazyConnect: false })
  rooms.on('error', note)
  rooms.on('ready', () => void listAgain().catch(note))
  const driver = new ForgetfulDriver(rooms)
  return {
    presence: presence as unknown as Presence,
    driver,
    async close() {
      presence.shutdown()
      driver.shutdown()
    },
  }
}

/** A Redis that comes back may have lost everything: what runs here is listed again, or no newcomer would find it. */
async function listAgain(): Promise<void> {
  await matchMaker.restoreMissingRoomCaches()
  if (matchMaker.state === matchMaker.MatchMakerState.READY) await matchMaker.stats.persist(true)
}

/** Forgets a list of rooms that could not be read: Colyseus keeps the failed request, and every later join fails with it. */
class ForgetfulDriver extends RedisDriver {
  override async query(...args: Parameters<RedisDriver['query']>) {
    return this.#forgetting(() => super.query(...args))
  }

  override async findOne(...args: Parameters<RedisDriver['findOne']>) {
    return this.#forgetting(() => super.findOne(...args))
  }

  async #forgetting<R>(action: () => Promise<R>): Promise<R> {
    try {
      return await action()
    } catch (error) {
      delete this['_concurrentRoomCacheRequest']
      this['_roomCacheRequestByName'] = {}
      throw error
    }
  }
}

import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServer, FairgroundError } from '../../server/index.ts'
import { freePort } from '../free-port.ts'
import { missing } from '../needs.ts'
import { Program } from '../program.ts'
import { openFolder } from './game-example.ts'
import { rooms } from './plaza-room.ts'
import { RedisServer } from './redis-server.ts'

function scratch() {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  return { stack, folder: openFolder(stack) }
}

async function failure(redis: string, folder: string): Promise<FairgroundError> {
  const server = createServer({ rooms, tls: 'proxy', redis, log: 'silent', dataFolder: folder })
  onTestFinished(() => server.close())
  const error: unknown = await server.listen({ port: 0 }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(FairgroundError)
  return error as FairgroundError
}

describe.skipIf(missing('redis'))('a Redis that match servers share', () => {
  it('[PX6] with another password is named in an error that does not tell either', async () => {
    const { stack, folder } = scratch()
    const redis = await RedisServer.start(stack, folder)
    const error = await failure(`redis://:wrong-secret@127.0.0.1:${redis.port}`, folder)
    expect(error.code).toBe('REDIS_UNREACHABLE')
    expect(error.message).toContain(`127.0.0.1:${redis.port}`)
    expect(error.message).toContain('WRONGPASS')
    const everything = `${inspect(error, { depth: 9 })} ${JSON.stringify(error)}`
    expect(everything).not.toMatch(/wrong-secret|correct-horse/)
  })

  it('[PX6] that wants a password and gets none is named in an error', async () => {
    const { stack, folder } = scratch()
    const redis = await RedisServer.start(stack, folder)
    const error = await failure(`redis://127.0.0.1:${redis.port}`, folder)
    expect(error).toMatchObject({ code: 'REDIS_UNREACHABLE', message: expect.stringContaining('NOAUTH') })
  })

  it('[PX6] that is not there is named in an error', async () => {
    const { folder } = scratch()
    const port = await freePort()
    const error = await failure(`redis://:top-secret@127.0.0.1:${port}`, folder)
    expect(error).toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(inspect(error, { depth: 9 })).not.toContain('top-secret')
  })

  it('[PX6] keeps its password out of the log, whatever level that has', async () => {
    const { stack, folder } = scratch()
    const redis = await RedisServer.start(stack, folder)
    const options = {
      tls: 'proxy',
      port: 0,
      log: 'debug',
      redis: `redis://:wrong-secret@127.0.0.1:${redis.port}`,
    }
    const child = new Program(
      process.execPath,
      [new URL('match-process.ts', import.meta.url).pathname, JSON.stringify(options)],
      { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, NODE_ENV: 'production' } },
    )
    stack.use(child)
    expect(await child.ended).toBe(1)
    expect(child.output).toContain('REDIS_UNREACHABLE')
    expect(child.output).not.toContain('wrong-secret')
  })
})

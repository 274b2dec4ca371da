import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { GameRoom } from '../../../server/index.ts'
import { startTestServer } from '../../../testing/index.ts'

const SHUTDOWN_MS = 50

const ended: string[] = []

class TidyRoom extends GameRoom {
  override async onLeave() {
    await wait(SHUTDOWN_MS * 10)
    ended.push('onLeave')
  }
}

it('[SD5] a hook that ends after the server has closed disturbs nobody', async () => {
  const stray: unknown[] = []
  const note = (error: unknown) => stray.push(error)
  process.on('unhandledRejection', note)
  try {
    const server = await startTestServer({ rooms: { tidy: TidyRoom }, limits: { shutdownMs: SHUTDOWN_MS } })
    await server.connect().joinOrCreate('tidy')
    await server[Symbol.asyncDispose]()
    expect(ended).toEqual([])
    await wait(SHUTDOWN_MS * 20)
    expect(ended).toEqual(['onLeave'])
    expect(stray).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})

/** Joins and leaves in turn: with our SDK, or with the official one. Answers with the time of each join. */
import { performance } from 'node:perf_hooks'
import { Client } from '@colyseus/sdk'
import { connect } from '../../client-sdk/index.ts'

interface AnyHall {
  readonly '~rooms': { readonly hall: new () => object }
}

process.on(
  'message',
  async ({ url, joins, side }: { url: string; joins: number; side: 'ours' | 'plain' }) => {
    const ours = connect<AnyHall>(url)
    const official = new Client(url)
    const times: number[] = []
    for (let i = 0; i < joins; i++) {
      const startedMs = performance.now()
      if (side === 'ours') {
        const room = await ours.joinOrCreate('hall') // settles with the first state
        times.push(performance.now() - startedMs)
        await room.leave()
      } else {
        const room = await official.joinOrCreate('hall')
        await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()))
        times.push(performance.now() - startedMs)
        await room.leave()
      }
    }
    process.send!({ times })
  },
)

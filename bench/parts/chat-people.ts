/**
 * People for the chat's benchmark: `join` brings some in, who all look at one channel; `talk` lets them speak in turn.
 * They read as light clients: each frame is decoded, and the time since its text was written is noted.
 */
import { performance } from 'node:perf_hooks'
import { Client, type Room } from '@colyseus/sdk'
import type { ChatMessage, Receipt } from '../../rooms/chat/messages.ts'
import { percentile } from './report.ts'

interface Order {
  type: 'join' | 'talk'
  url: string
  people: number
  perSecond: number
  seconds: number
}

const JOINING_AT_ONCE = 8
const rooms: Room[] = []
const latencies: number[] = []
/** How many have heard each message. */
const heardBy = new Map<number, number>()

async function join({ url, people }: Order): Promise<object> {
  const client = new Client(url)
  let left = people
  const bring = async (): Promise<void> => {
    while (left-- > 0) {
      const room = await client.joinOrCreate('chat', { name: `Person ${left}` })
      room.onMessage('*', (type, payload) => {
        if (type === 'said') hear(payload as ChatMessage[])
      })
      room.send('look', { channel: 'general' })
      rooms.push(room)
    }
  }
  await Promise.all(Array.from({ length: JOINING_AT_ONCE }, bring))
  return { joined: rooms.length }
}

function hear(messages: readonly ChatMessage[]): void {
  const nowMs = performance.now()
  for (const { seq, text } of messages) {
    latencies.push(nowMs - Number(text.slice(0, text.indexOf(' '))))
    heardBy.set(seq, (heardBy.get(seq) ?? 0) + 1)
  }
}

async function talk({ perSecond, seconds }: Order): Promise<object> {
  latencies.length = 0
  heardBy.clear()
  const receipts: number[] = []
  let [refused, sent] = [0, 0]
  const total = perSecond * seconds
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  await new Promise<void>((done) => {
    const timer = setInterval(() => {
      while (sent < total && performance.now() - startedMs >= (sent * 1000) / perSecond) void speak()
      if (sent >= total) done(clearInterval(timer))
    }, 5)
  })
  const everybodyHeard = () => [...heardBy.values()].filter((count) => count === rooms.length).length
  while (everybodyHeard() < total - refused && performance.now() - startedMs < (seconds + 10) * 1000)
    await new Promise((resolve) => setTimeout(resolve, 50))

  async function speak(): Promise<void> {
    const room = rooms[(sent * 7) % rooms.length]!
    const text = `${performance.now()} what somebody says in a channel of many, about as long as people write`
    const id = `bench-${process.pid}-${startedMs.toFixed(0)}-${sent++}`
    const askedMs = performance.now()
    const answer = (await room.request('say', { channel: 'general', id, text })) as Receipt | { ok: false }
    if (answer.ok) receipts.push(performance.now() - askedMs)
    else refused++
  }
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...{ sent, refused, deliveries: latencies.length, complete: everybodyHeard() },
    ...{
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      maxMs: percentile(latencies, 1),
    },
    receiptP99Ms: percentile(receipts, 0.99),
    cpuShare: (user + system) / 1000 / (performance.now() - startedMs),
  }
}

process.on('message', async (order: Order) => {
  process.send!(order.type === 'join' ? await join(order) : await talk(order))
})

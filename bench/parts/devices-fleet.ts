/** A fleet at the JSON gateway, each device on a connection of its own, and the operator who commands it by the SDK. */
import { randomInt } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { WebSocket } from 'ws'
import { connect } from '../../client-sdk/index.ts'
import { deviceToken, operatorToken } from '../../rooms/devices/keys.ts'
import { JSON_PROTOCOL } from '../../server/gateway/json-protocol.ts'
import type { server } from '../../server.ts'

/** Connections that are being opened at a time. */
const AT_ONCE = 20
const lateness = monitorEventLoopDelay({ resolution: 5 })
lateness.enable()

/** Parts of the period among which devices are spread, as in life. */
const SLICES = 50

const key = Buffer.from(process.env['DEVICES_KEY']!)
const url = process.env['BENCH_URL']!.replace('https', 'wss')

function device(id: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}/json/devices`, JSON_PROTOCOL, { perMessageDeflate: false })
    const say = (text: object) => socket.send(JSON.stringify(text))
    socket.on('open', () =>
      say({ type: 'join', options: { role: 'device', id, group: 'bench' }, token: deviceToken(key, id) }),
    )
    socket.on('message', (text: Buffer) => {
      const told = JSON.parse(text.toString())
      if (told.type === 'joined') resolve(socket)
      if (told.type === 'error') reject(new Error(JSON.stringify(told)))
      if (told.type === 'event' && told.name === 'command')
        say({
          type: 'request',
          id: 1,
          name: 'acknowledge',
          data: { id: told.data.id, done: true, result: 'ok' },
        })
    })
    socket.on('error', reject)
  })
}

async function gather(devices: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (let n = 0; n < devices; n += AT_ONCE)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, devices - n) }, (_, i) => device(`device-${n + i}`)),
      )),
    )
  return sockets
}

async function begin(devices: number): Promise<void> {
  const sockets = await gather(devices)
  let sent = 0
  let slice = 0
  let nextMs = performance.now()
  setInterval(() => {
    for (; performance.now() >= nextMs; nextMs += 1000 / SLICES) {
      for (let n = slice; n < sockets.length; n += SLICES) {
        const data = { celsius: 20 + (sent % 100) / 10, battery: 80 - (sent % 7), humidity: 50 + (sent % 13) }
        if (sockets[n]!.readyState !== WebSocket.OPEN) continue
        sockets[n]!.send(JSON.stringify({ type: 'send', name: 'telemetry', data }))
        sent++
      }
      slice = (slice + 1) % SLICES
    }
  }, 5)

  const operator = await connect<typeof server>(url, { token: operatorToken(key) }).joinOrCreate('devices', {
    role: 'operator',
  })
  const begunMs = new Map<string, number>()
  const early = new Set<string>()
  const tookMs: number[] = []
  let patches = 0
  operator.onPatch(() => patches++)
  const end = (id: string): void => {
    tookMs.push(performance.now() - begunMs.get(id)!)
    begunMs.delete(id)
  }
  operator.on('ended', ({ id, state }) => {
    if (state !== 'done') throw new Error(`a command ended as ${state}`)
    if (begunMs.has(id)) end(id)
    else early.add(id)
  })
  /** One command to one device, as an operator's click sends it; measured until the operator is told that it is done. */
  const command = async (): Promise<void> => {
    const startedMs = performance.now()
    const answer = await operator.request('command', {
      device: `device-${randomInt(devices)}`,
      name: 'blink',
    })
    if (!answer.accepted || answer.id === undefined) throw new Error(JSON.stringify(answer))
    begunMs.set(answer.id, startedMs)
    if (early.delete(answer.id)) end(answer.id)
  }
  process.on('message', ({ commandsPerSecond }: { commandsPerSecond?: number }) => {
    if (commandsPerSecond) setInterval(() => void command(), 1000 / commandsPerSecond)
    const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length
    const maxLateMs = lateness.max / 1e6
    lateness.reset()
    process.send!({
      maxLateMs,
      sent,
      open,
      patches,
      tookMs: tookMs.splice(0),
      seen: operator.state.devices.size,
    })
  })
}

process.once('message', async ({ devices }: { devices: number }) => {
  const startedMs = performance.now()
  await begin(devices)
  process.send!({ joinSeconds: (performance.now() - startedMs) / 1000 })
})

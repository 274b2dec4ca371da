/** Sends bytes and counts those that come back: `open` connects, to a room if there is a seat; `run` sends. */
import { Client } from '@colyseus/sdk'
import { WebSocket } from 'ws'

type Wish =
  | { type: 'open'; name: string; url: string; seat?: Parameters<Client['consumeSeatReservation']>[0] }
  | { type: 'run'; name: string; messages: number; inFlight: number }

interface Echo {
  send(bytes: Uint8Array): void
  /** Called for each echo. */
  heard: (bytes: number) => void
}

const PAYLOAD = new Uint8Array(1024)
const echoes = new Map<string, Echo>()

process.on('message', async (wish: Wish) => {
  if (wish.type === 'open') {
    echoes.set(wish.name, await (wish.seat ? openRoom(wish.url, wish.seat) : openSocket(wish.url)))
  } else {
    await run(echoes.get(wish.name)!, wish)
  }
  process.send!({})
})

function run(echo: Echo, { messages, inFlight }: { messages: number; inFlight: number }): Promise<void> {
  let unsent = messages
  let unheard = messages
  return new Promise((resolve, reject) => {
    echo.heard = (bytes) => {
      if (bytes !== PAYLOAD.length) reject(new Error(`An echo has ${bytes} bytes`))
      if (unsent-- > 0) echo.send(PAYLOAD)
      if (--unheard === 0) resolve()
    }
    for (let i = 0; i < inFlight && unsent-- > 0; i++) echo.send(PAYLOAD)
  })
}

function openSocket(url: string): Promise<Echo> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    const echo: Echo = { send: (bytes) => socket.send(bytes), heard: () => {} }
    socket.on('message', (frame: Buffer) => echo.heard(frame.byteLength))
    socket.on('open', () => resolve(echo))
    socket.on('error', reject)
  })
}

async function openRoom(url: string, seat: Parameters<Client['consumeSeatReservation']>[0]): Promise<Echo> {
  const room = await new Client(url).consumeSeatReservation(seat)
  const echo: Echo = { send: (bytes) => room.send('echo', bytes), heard: () => {} }
  room.onMessage('echo', (bytes: Uint8Array) => echo.heard(bytes.byteLength))
  return echo
}

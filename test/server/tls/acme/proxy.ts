import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:https'
import { onTestFinished } from 'vitest'
import { freePort } from '../../../free-port.ts'
import { opensslChain } from '../openssl-chain.ts'
import { scratchFolder } from '../scratch-folder.ts'
import type { Pebble } from './pebble.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** What the proxy says to a request: what pebble says, something else, or nothing at all. */
export type Alter = (
  path: string,
  forward: () => Promise<Answer>,
  body: string,
) => Promise<Answer | 'silence'>

/** The authority's front door: passes everything to pebble and back, but for what a test alters on the way. */
export async function startProxy(pebble: Pebble, alter: Alter = (_path, forward) => forward()) {
  const port = await freePort()
  const { fullchain, key, root } = opensslChain(scratchFolder(), { id: 'proxy', name: '127.0.0.1' })
  const behaviour = { alter, requests: 0 }
  const server = createServer(
    { cert: readFileSync(fullchain), key: readFileSync(key) },
    async (incoming, outgoing) => {
      behaviour.requests++
      const body = Buffer.concat(await incoming.toArray())
      const forward = async (): Promise<Answer> => {
        // pebble names its addresses, and checks those in signatures, by the Host that it was asked for.
        const passed = request(new URL(incoming.url!, pebble.directory), {
          method: incoming.method!,
          headers: { ...incoming.headers },
          ca: readFileSync(pebble.ca),
          agent: false,
        })
        passed.end(body)
        const [answer] = await once(passed, 'response')
        const { 'transfer-encoding': _framing, ...kept } = answer.headers
        return { status: answer.statusCode, headers: kept, body: (await answer.toArray()).join('') }
      }
      try {
        const answer = await behaviour.alter(incoming.url!, forward, String(body))
        if (answer === 'silence') return
        outgoing.writeHead(answer.status, {
          ...answer.headers,
          'content-length': Buffer.byteLength(answer.body),
        })
        outgoing.end(incoming.method === 'HEAD' ? undefined : answer.body)
      } catch {
        outgoing.destroy()
      }
    },
  )
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const directory = `https://127.0.0.1:${port}/dir`
  return Object.assign(behaviour, {
    directory,
    ca: root,
    acme: { names: ['game.example'], directory, ca: root },
  })
}

/** An answer as authorities refuse. */
export function problem(status: number, kind: string, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: `urn:ietf:params:acme:error:${kind}`, detail: 'Not today.' }),
  }
}

/** Requests below the SDK, from any of this machine's addresses. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly body: any
}

export interface Asking {
  method?: string
  body?: string
  headers?: Record<string, string>
  /** Which of this machine's addresses asks. */
  from?: string
  agent?: Agent
}

/** One request, as no SDK would send it. */
export async function ask(url: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'POST', body = '{}', headers = {}, from = '127.0.0.1', agent } = asking
  const outgoing = request(url.replace('localhost', '127.0.0.1'), {
    method,
    headers,
    localAddress: from,
    rejectUnauthorized: false,
    agent: agent ?? false,
  })
  outgoing.end(method === 'POST' ? body : undefined)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const text = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode!, headers: answer.headers, body: parsed(text) }
}

/** Many requests one after the other on one connection; the answers. */
export async function askOften(times: number, url: string, asking: Asking = {}): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  try {
    return await Promise.all(Array.from({ length: times }, () => ask(url, { ...asking, agent })))
  } finally {
    agent.destroy()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

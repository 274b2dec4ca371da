import type { Express } from 'express'

/** What /healthz tells. */
export interface Health {
  /** `draining`: the server shuts down and takes nobody new; `busy`: it takes nobody new for the moment. */
  readonly status: 'ok' | 'busy' | 'draining'
  readonly rooms: number
  readonly clients: number
  readonly uptimeSeconds: number
}

/**
 * Two questions of different kinds: /healthz, whether to send players here, for load balancers; /livez, whether the
 * process does anything at all, for what restarts it. A server that drains must not be restarted for it, nor one that is
 * busy be cut off from its players.
 */
export function answerHealth(app: Express, health: () => Health): void {
  app.get(['/healthz', '/livez'], (request, response) => {
    const now = health()
    response.setHeader('Cache-Control', 'no-store')
    response.status(now.status === 'draining' && request.path === '/healthz' ? 503 : 200).json(now)
  })
}

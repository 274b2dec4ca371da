import type { IncomingMessage } from 'node:http'
import { fileURLToPath } from 'node:url'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { Logger } from 'pino'
import { type ErrorCode, FairgroundError } from '../../shared/errors.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol.ts'
import type { Admission } from '../guard/admission.ts'
import { askerOf } from '../guard/asker.ts'
import type { GuestTokens } from '../identity/guest-tokens.ts'
import type { Limits } from '../limits.ts'
import type { JoinRequests } from '../matchmaking/join-requests.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { callerOf } from '../proxy/caller.ts'
import { CA_PAGE } from '../tls/trust/trust-guide.ts'
import type { Firewall } from '../transport/firewall.ts'
import { caPage } from './ca-page/ca-page.ts'
import { answerHealth, type Health } from './health.ts'
import { isLoopbackCaller, type OriginPolicy, originAllowed } from './origin.ts'
import { allowEverybody, type SecurityHeadersOptions, securityHeaders } from './security-headers.ts'
import { refuseBanned, whoAsks } from './who-asks.ts'

export interface FrontOptions extends SecurityHeadersOptions {
  joins: JoinRequests
  admission: Admission
  guests: GuestTokens
  firewall: Firewall
  metrics: Metrics
  limits: Limits
  log: Logger
  origins: OriginPolicy
  /** Certificate of the development authority, where people may fetch it; a renewed one is under the same path. */
  caPath?: string | undefined
  /** Folder of static pages, if any. */
  web: string | undefined
  /** Who may read /metrics: this machine only, or everybody. */
  metricsOpen: boolean
  health(): Health
  /** Throws where a seat may not be asked for in that way at the moment. */
  refuseJoin(method: string): void
}

/** The SDK's one-file modules, built beside this package's own code. */
const SDK_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/sdk' : '../../../sdk', import.meta.url),
)

/** The https side of a match server: joining, guests, health, metrics and the pages of the game. */
export function createFront(options: FrontOptions): Express {
  const { joins, admission, guests, firewall, metrics, limits, origins } = options
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(securityHeaders(options))

  // Before the game's own routes, which are for known pages only.
  app.use('/sdk', allowEverybody, express.static(SDK_FOLDER, { index: false }))

  const api = express.Router()
  api.use(cors(origins))
  // Before anything is read of what is too much.
  api.post('/matchmake/*any', (request, _response, next) => {
    admission.join(askerOf(request))
    next()
  })
  api.post('/auth/guest', (request, _response, next) => {
    admission.guest(askerOf(request))
    next()
  })
  api.use(express.json({ limit: limits.maxJoinBodyBytes, reviver: withoutPrototypes, type: () => true }))
  api.post('/matchmake/:method/:target', async (request, response) => {
    refuseOtherVersions(request)
    const { method, target } = request.params
    options.refuseJoin(method)
    const context = await whoAsks(request, guests)
    refuseBanned(firewall, request, context)
    const asker = askerOf(request)
    const seat = await joins.reserve({ method, target, options: request.body ?? {}, context, asker })
    response.json({ ...seat, fairground: PROTOCOL_VERSION })
  })
  api.post('/auth/guest', async (request, response) => {
    const identity = (await whoAsks(request, guests)).identity ?? guests.newGuest()
    response.json({ identity, token: await guests.sign(identity) })
  })
  api.get('/rooms', async (request, response) => {
    admission.list(askerOf(request))
    response.json(await joins.list())
  })
  app.use(['/matchmake', '/auth', '/rooms'], (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  app.use(api)

  answerHealth(app, options.health)
  app.get('/metrics', async (request, response, next) => {
    if (!options.metricsOpen && !isLoopbackCaller(callerOf(request))) next()
    else response.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  if (options.caPath !== undefined) app.use(CA_PAGE, caPage(options.caPath, options.web !== undefined))
  if (options.web !== undefined) app.use(express.static(options.web))
  app.use((_request: Request, response: Response) => {
    response.status(404).type('text').send('Nothing here.\n')
  })
  app.use(answerErrors(options))
  return app
}

function cors(policy: OriginPolicy) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { origin, host } = request.headers
    response.vary('Origin')
    if (!originAllowed(origin, host, policy)) {
      throw new FairgroundError('ORIGIN_REFUSED', {
        message: `This server does not accept games from ${origin?.slice(0, 100)}.`,
      })
    }
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin)
      response.setHeader('Access-Control-Allow-Credentials', 'true')
    }
    if (request.method !== 'OPTIONS') {
      next()
      return
    }
    response.setHeader('Access-Control-Allow-Headers', `Content-Type, Authorization, ${PROTOCOL_HEADER}`)
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
    response.setHeader('Access-Control-Max-Age', '86400')
    response.status(204).end()
  }
}

function withoutPrototypes(key: string, value: unknown): unknown {
  return key === '__proto__' || key === 'constructor' || key === 'prototype' ? undefined : value
}

function refuseOtherVersions(request: IncomingMessage): void {
  const theirs = request.headers[PROTOCOL_HEADER]
  if (theirs === undefined || theirs === String(PROTOCOL_VERSION)) return
  throw new FairgroundError('VERSION_MISMATCH', {
    message: `The client speaks protocol version ${String(theirs).slice(0, 8)}, this server version ${PROTOCOL_VERSION}.`,
  })
}

/** Errors whose number on the wire is not their HTTP status, where HTTP has a better one than 422. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  RATE_LIMITED: 429,
  LIMIT_REACHED: 429,
  CREATE_REFUSED: 403,
  SERVER_FULL: 503,
  SERVER_BUSY: 503,
}

/** Answers an error as JSON, in Colyseus' form with our code beside it. */
function answerErrors({ log, metrics }: FrontOptions) {
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const error = toFairgroundError(thrown)
    if (error.code === 'INTERNAL' || error.cause !== undefined)
      log.error({ err: error.cause ?? thrown }, 'request failed')
    if (request.path.startsWith('/matchmake')) metrics.joinsRefused.inc({ code: error.code })
    const { code: name, wire, message, next, retryAfterMs } = error
    if (retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000))
    response
      .status(STATUS[name] ?? (wire < 600 ? wire : 422))
      .json({ code: wire, error: message, name, next, ...(retryAfterMs !== undefined && { retryAfterMs }) })
  }
}

function toFairgroundError(thrown: unknown): FairgroundError {
  if (thrown instanceof FairgroundError) return thrown
  const { status, type } = thrown as { status?: number; type?: string }
  if (status === 413) return new FairgroundError('REQUEST_TOO_LARGE')
  if (type === 'entity.parse.failed' || (status !== undefined && status >= 400 && status < 500)) {
    return new FairgroundError('REQUEST_MALFORMED')
  }
  return new FairgroundError('INTERNAL', { cause: thrown })
}

import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest'
import { createServer } from '../../server/index.ts'
import { OF_ONE_ADDRESS } from '../../testing/one-address.ts'
import { missing } from '../needs.ts'
import { Certificate, leadHere, openFolder } from './game-example.ts'
import { rooms } from './plaza-room.ts'
import { PROXIES, type ProxyKind } from './proxy.ts'
import { Site } from './site.ts'

/** One match server of this process behind one proxy. */
export interface Behind {
  readonly kind: ProxyKind
  readonly stack: AsyncDisposableStack
  /** Port of the match server. */
  readonly game: number
  readonly folder: string
  readonly certificate: Certificate
  readonly site: Site
}

/**
 * Runs the same tests behind each of the proxies, with its shipped configuration.
 *
 * @param tests gets what will be there once a test runs
 */
export function behindEachProxy(title: string, tests: (behind: Behind) => void): void {
  const stack = new AsyncDisposableStack()
  let game: number
  beforeAll(async () => {
    const server = createServer({
      rooms,
      tls: 'proxy',
      log: 'silent',
      limits: OF_ONE_ADDRESS,
      dataFolder: openFolder(stack),
    })
    stack.defer(() => server.close())
    game = (await server.listen({ port: 0 })).port
  })
  afterAll(() => stack.disposeAsync())
  beforeEach(() => {
    for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  })

  for (const kind of PROXIES) {
    describe.skipIf(missing(kind.needs, 'openssl'))(`${title} behind ${kind.name}`, () => {
      const behind = { kind, stack } as { -readonly [K in keyof Behind]: Behind[K] }
      beforeAll(async () => {
        const folder = openFolder(stack)
        const certificate = new Certificate(folder)
        leadHere(certificate.root)
        const site = await Site.start(kind, stack, { folder, certificate, games: [game] })
        Object.assign(behind, { game, folder, certificate, site })
      })
      tests(behind)
    })
  }
}

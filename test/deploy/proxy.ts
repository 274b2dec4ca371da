import type { ProgramName } from '../needs.ts'
import type { Program } from '../program.ts'
import { apache } from './apache.ts'
import { caddy } from './caddy.ts'
import type { Certificate } from './game-example.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'

export interface ProxySetup {
  /** What ends with the test. */
  readonly stack: AsyncDisposableStack
  /** Where its files go; reachable for other users. */
  readonly folder: string
  readonly certificate: Certificate
  /** Ports of https and wss, of plain http, and of a certbot that answers challenges itself. */
  readonly ports: { readonly https: number; readonly http: number; readonly acme: number }
  /** Ports of the match servers behind it: one, or two behind one name. */
  readonly games: readonly number[]
  /** Path of a match server's Unix socket, in place of its port. */
  readonly socket?: string
}

export interface RunningProxy {
  readonly program: Program
  /** What it has logged, requests and errors. */
  readLog(): string
  /** Runs the program's own check of its configuration. @throws with what it says */
  check(): Promise<string>
  /** Takes up changed files, as its README says. */
  reload(): Promise<void>
}

/** A program that TLS ends in, with the configuration that deploy/ has for it. */
export interface ProxyKind {
  readonly name: string
  readonly needs: ProgramName
  /** Open sockets outlive a reload. */
  readonly keepsSockets: boolean
  readonly limitsConnections: boolean
  /** A socket on which nothing moves for 30 s is cut. */
  readonly cutsSilence: boolean
  /** Group of the user it runs as. */
  readonly group: string
  start(setup: ProxySetup): Promise<RunningProxy>
}

export const PROXIES: readonly ProxyKind[] = [nginx, apache, haproxy, caddy]

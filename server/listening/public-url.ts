import { FairgroundError } from '../../shared/errors.ts'

const DEFAULT_HTTPS_PORT = 443

/** The address that players use, where it is not the one this process listens on. */
export interface PublicUrl {
  /** `https://host[:port][/prefix]`. */
  readonly https: string
  /** What clients put between scheme and room: `host[:port][/prefix]`. */
  readonly address: string
  /** `/prefix`, or empty: what the proxy in front sends to this process and no other. */
  readonly prefix: string
  readonly port: number
}

/**
 * @param given `wss://game.example`, or `wss://game.example/p1` for one of several processes behind that name
 * @throws FairgroundError OPTION_INVALID
 */
export function parsePublicUrl(given: string): PublicUrl {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const prefix = url?.pathname.replace(/\/+$/, '') ?? ''
  const valid =
    url &&
    (url.protocol === 'wss:' || url.protocol === 'https:') &&
    !url.username &&
    !url.search &&
    !url.hash &&
    /^(\/[\w-]+)*$/.test(prefix)
  if (!valid) {
    throw new FairgroundError('OPTION_INVALID', {
      message: `publicUrl is "${given.slice(0, 200)}"; it must be the address that players use, such as wss://game.example or wss://game.example/p1.`,
    })
  }
  const address = `${url.host}${prefix}`
  return { https: `https://${address}`, address, prefix, port: Number(url.port) || DEFAULT_HTTPS_PORT }
}

/** Takes the prefix off a request target; a target without it stays as it is. */
export function withoutPrefix(target: string, prefix: string): string {
  if (prefix === '' || !target.startsWith(prefix)) return target
  const rest = target.slice(prefix.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : target
}

/** How to let WebSockets through, by what a proxy calls itself in its Server or Via header. */
const PROXY_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /nginx|openresty/i,
    'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  ],
  [/apache/i, 'Apache: ProxyPass "/" "http://…/" upgrade=websocket'],
  [/cloudflare/i, 'Cloudflare: switch WebSockets on under Network.'],
  [/envoy/i, 'Envoy: add "websocket" to upgrade_configs.'],
]

export interface RefusedUpgrade {
  readonly message: string
  readonly next: string
}

/**
 * Says what an HTTP status means that answers a WebSocket's opening request.
 *
 * @param proxy Server and Via headers, by which a proxy can be told
 * @param location Location header of a redirect
 */
export function explainRefusedUpgrade({
  status,
  proxy = '',
  location,
}: {
  status: number
  proxy?: string | undefined
  location?: string | undefined
}): RefusedUpgrade {
  const answered = `the WebSocket was answered with status ${status}`
  if (status >= 300 && status < 400) {
    return {
      message: `${answered}, a redirect, which WebSockets do not follow`,
      next: location
        ? `Connect to the address it leads to: ${location.slice(0, 200)}`
        : 'Connect to its target.',
    }
  }
  const known = MEANINGS[status]
  if (known) return { message: `${answered}: ${known[0]}`, next: known[1] }
  const hint = PROXY_HINTS.find(([name]) => name.test(proxy))?.[1]
  return {
    message: `${answered}: a proxy in front of the server drops the Upgrade header, so that a plain request arrives`,
    next:
      hint ?? 'Configure the proxy to pass WebSockets: HTTP/1.1, with the Upgrade and Connection headers.',
  }
}

const SIGN_IN = [
  'something in front of the server asks for a sign-in',
  'Let the path of the game through without.',
] as const

/** Statuses that do not come from a lost Upgrade header. */
const MEANINGS: Readonly<Record<number, readonly [meaning: string, next: string]>> = {
  401: SIGN_IN,
  403: [
    "the page's origin or a firewall rule is refused",
    "Add the page's origin to createServer({ allowedOrigins }), and see that the proxy passes Host and Origin on unchanged.",
  ],
  407: SIGN_IN,
  429: [
    'too many connections or wrong tokens from this address',
    "Raise the limits of connections by address: the proxy's, and the server's own (docs/limits.md).",
  ],
  500: ['the server or a proxy failed', 'Look at its log.'],
  502: [
    'the proxy gets no proper answer from the game server behind it',
    'See that the server runs, and that the proxy speaks to its port with the scheme (http or https) it expects.',
  ],
  503: [
    'the server is not available at the moment: starting, shutting down or over a limit',
    'Try again in a moment; otherwise look at the log of server and proxy.',
  ],
  504: [
    'the proxy waited in vain for the game server behind it',
    'See that the server runs and that no firewall is between the two.',
  ],
}

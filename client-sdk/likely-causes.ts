/** Where a browser hides why a connection failed: the likely reasons, most likely first, by what is known. */

/** As much of a page's `location` as matters. */
export interface Page {
  readonly protocol: string
  readonly host: string
  readonly origin: string
}

type Nearness = 'machine' | 'network' | 'public'

/** The page this runs in; undefined outside of one. */
export function currentPage(): Page | undefined {
  return typeof location === 'undefined' ? undefined : location
}

/**
 * Why not even https answered.
 *
 * @param url `https://host:port`
 */
export function causesOfSilence(url: string, page: Page | undefined): string[] {
  const { host, hostname, port } = new URL(url)
  const near = nearness(hostname)
  const down = `No server is running at ${url}: start it, and compare the port with the one it printed.`
  const untrusted = `The certificate is not trusted on this device: open ${url} in a tab and see whether it warns.`
  const faulty = `The certificate has expired, is for another name, or lacks its intermediate one: open ${url} in a tab, also on a phone.`
  const plain =
    'The server speaks plain http or ws on that port: a Fairground server needs wss:// and https://.'
  const causes = near === 'public' ? [down] : [down, untrusted]
  if (near === 'network')
    causes.push('This device is on another network, or the network keeps its devices apart.')
  if (page?.host === host) {
    if (page.protocol === 'http:')
      return [
        `Port ${port || 80} is this page's own and has no TLS: give the match server another one.`,
        ...causes,
      ]
    causes[0] = 'The server that this page came from does not answer any more: it is down or restarting.'
  } else if (page) {
    const foreign = originCause(page)
    if (near === 'public') causes.push(foreign)
    else if (page.protocol === 'file:') causes.splice(2, 0, foreign)
  }
  if (near === 'public') {
    if (port !== '')
      causes.push(`A firewall near you blocks port ${port}: 443 gets through nearly everywhere.`)
    causes.push(faulty)
  }
  return [...causes, plain]
}

/**
 * Why a WebSocket did not open although https answered a moment ago.
 *
 * @param url `wss://host:port`
 */
export function causesOfRefusal(url: string, page: Page | undefined): string[] {
  const { host, hostname } = new URL(url)
  const causes = [
    'A proxy in front of the server does not pass WebSocket upgrades: configure it to.',
    'A firewall, antivirus program or extension here blocks WebSockets: try another network or a private window.',
  ]
  if (page && page.host !== host)
    causes.push(`This page's Content-Security-Policy does not allow ${url}: add it to connect-src.`)
  const restarted = 'The server restarted in that moment: try again.'
  return nearness(hostname) === 'machine' ? [restarted, ...causes] : [...causes, restarted]
}

function originCause({ protocol, origin }: Page): string {
  return protocol === 'file:'
    ? 'This page was opened from a file, and servers allow pages of https sites: serve it from one.'
    : `Pages of ${origin} are not allowed: add that to createServer({ allowedOrigins }).`
}

function nearness(hostname: string): Nearness {
  if (/^(localhost|127\.[\d.]+|\[::1\])$|\.localhost$/.test(hostname)) return 'machine'
  const local =
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[f[cde])|\.(local|lan|test|internal)$/
  return local.test(hostname) || !/[.:]/.test(hostname) ? 'network' : 'public'
}

import type { X509Certificate } from 'node:crypto'
import { CA_FILES, TRUST_TARGETS, type TrustTarget, trustGuide } from '../../tls/trust/trust-guide.ts'
import { authorityName } from '../../tls/trust/trust-place.ts'

interface Offer {
  /** How the list of devices calls it. */
  readonly label: string
  readonly file: string
  readonly button: string
  /** Where the download ends up, for the command. */
  readonly downloaded: string
}

const OFFERS: Readonly<Record<TrustTarget, Offer>> = {
  ios: { label: 'iPhone, iPad', file: CA_FILES.apple, button: 'Get the profile', downloaded: '' },
  android: { label: 'Android', file: CA_FILES.der, button: 'Get the certificate', downloaded: '' },
  macos: {
    label: 'macOS',
    file: CA_FILES.pem,
    button: 'Get the certificate',
    downloaded: `~/Downloads/${CA_FILES.pem}`,
  },
  windows: {
    label: 'Windows',
    file: CA_FILES.der,
    button: 'Get the certificate',
    downloaded: `%USERPROFILE%\\Downloads\\${CA_FILES.der}`,
  },
  linux: {
    label: 'Linux',
    file: CA_FILES.pem,
    button: 'Get the certificate',
    downloaded: `~/Downloads/${CA_FILES.pem}`,
  },
  firefox: { label: 'Firefox', file: CA_FILES.pem, button: 'Get the certificate', downloaded: '' },
}

/** What the person reads this on, or asked for by `?for=`. */
export function targetFor(asked: unknown, userAgent = ''): TrustTarget {
  const wanted = TRUST_TARGETS.find((target) => target === asked)
  if (wanted) return wanted
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios'
  if (/Android/.test(userAgent)) return 'android'
  if (/Macintosh/.test(userAgent)) return 'macos'
  if (/Windows/.test(userAgent)) return 'windows'
  return /Firefox/.test(userAgent) ? 'firefox' : 'linux'
}

export interface CaPageContent {
  readonly certificate: X509Certificate
  readonly target: TrustTarget
  readonly hasGame: boolean
}

export function caPageHtml({ certificate, target, hasGame }: CaPageContent): string {
  const name = authorityName(certificate)
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="theme-color" content="#101226">
    <title>Trust this Fairground server</title>
    <link rel="stylesheet" href="ca/page.css">
    <script type="module" src="ca/page.js"></script>
  </head>
  <body data-target="${target}">
    <header>
      ${LOGO}
      <h1>Trust this server</h1>
      <p>Its certificate is home-made, so browsers warn. Install its authority once, and its games open and connect.</p>
    </header>
    <main>
      ${state(hasGame)}
      ${instructions(target, name)}
      ${identity(certificate, name)}
      ${others(target)}
    </main>
  </body>
</html>
`
}

/** Hidden until the script knows: without one there is nothing to tell. */
function state(hasGame: boolean): string {
  const game = hasGame ? '<a class="button" href="./">Open the game</a>' : ''
  return `<section class="state" id="state" data-trust="unknown" hidden>
        <div><p class="verdict" role="status"></p><p class="advice"></p></div>
        <div class="row">${game}<button type="button" id="again">Check again</button></div>
      </section>`
}

function instructions(target: TrustTarget, name: string): string {
  const { file, button, downloaded } = OFFERS[target]
  const { title, steps, command, undo } = trustGuide(target, { caPath: downloaded || file, name })
  const shown = command === undefined ? '' : `<pre><code>${escapeHtml(command)}</code></pre>`
  const items = steps.map((step, index) => `<li>${escapeHtml(step)}${index === 0 ? shown : ''}</li>`).join('')
  const own = ['ios', 'android'].includes(target)
    ? ''
    : '<p class="hint">On the machine that runs the server, <code>npx fairground certs trust</code> does it all.</p>'
  return `<section class="card guide">
        <h2>${escapeHtml(title)}</h2>
        <a class="button primary" id="download" href="ca/${file}" download>${button}</a>
        <ol>${items}</ol>
        ${own}
        <p class="undo"><b>To undo:</b> ${escapeHtml(undo)}</p>
      </section>`
}

/** What the person can hold against the words of the terminal: the network in between may be anybody's. */
function identity(certificate: X509Certificate, name: string): string {
  const pairs = certificate.fingerprint256.split(':')
  const rows = [0, 8, 16, 24].map((start) => `<span>${pairs.slice(start, start + 8).join(' ')}</span>`)
  return `<section class="card">
        <h2>What you install</h2>
        <p><b>${escapeHtml(name)}</b>, made by Fairground on the machine that runs this server. It can vouch for local
          names and private addresses only, never for a site on the internet.</p>
        <p>Over there, <code>npx fairground certs trust --print</code> shows the same SHA-256 fingerprint:</p>
        <p class="fingerprint">${rows.join('')}</p>
      </section>`
}

function others(target: TrustTarget): string {
  const links = TRUST_TARGETS.map((other) => {
    const current = other === target ? ' aria-current="page"' : ''
    return `<a href="?for=${other}"${current}>${OFFERS[other].label}</a>`
  })
  return `<nav aria-label="Device">${links.join('')}</nav>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const LOGO = `<svg viewBox="0 0 64 64" width="48" height="48" aria-hidden="true">
        <rect width="64" height="64" rx="15" fill="#171a33"/><path d="M32 9 11 26v5h42v-5z" fill="#ff5d73"/>
        <path d="M32 9 24.5 31h15z" fill="#ffd166"/>
        <path d="M14 31h36v21a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3z" fill="#f4f1ff"/>
        <path d="M26 55V43a6 6 0 0 1 12 0v12z" fill="#171a33"/><circle cx="32" cy="8" r="4" fill="#5ce1c6"/>
      </svg>`

import { styleText } from 'node:util'
import { renderUnicodeCompact } from 'uqr'
import type { ServerAddress, ServerStatus } from '../../server/index.ts'
import { CA_PAGE } from '../../server/tls/trust/trust-guide.ts'

const CLEAR_LINE = '\r\u001B[2K'

/** The terminal of `fairground dev`: text scrolls, one live line stays at the bottom. */
export class Screen {
  readonly #live: boolean
  #line = ''

  constructor() {
    this.#live = process.stdout.isTTY === true
  }

  /** Writes text above the live line. */
  write(text: string): void {
    if (!this.#live) {
      process.stdout.write(text)
      return
    }
    process.stdout.write(`${CLEAR_LINE}${text}${text.endsWith('\n') ? '' : '\n'}${this.#line}`)
  }

  note(text: string): void {
    this.write(`${styleText('dim', text)}\n`)
  }

  /** Replaces the live line; without a terminal there is none. */
  status({ rooms, clients, tickP99Ms }: ServerStatus): void {
    if (!this.#live) return
    const tick = tickP99Ms > 0 ? ` · tick p99 ${tickP99Ms.toFixed(1)} ms` : ''
    this.#line = `${styleText('green', '●')} ${count(rooms, 'room')} · ${count(clients, 'player')}${tick}`
    process.stdout.write(`${CLEAR_LINE}${this.#line}`)
  }

  /** Leaves the cursor on a fresh line. */
  end(): void {
    if (this.#live && this.#line) process.stdout.write(`${CLEAR_LINE}`)
    this.#line = ''
  }

  /** Where to go, how to trust it, and a code for phones. */
  welcome({ url, networkUrls, caPath, caNew }: ServerAddress): void {
    const [networkUrl] = networkUrls
    const lines = [
      '',
      `  ${styleText('bold', 'Fairground')} is open`,
      '',
      `  this machine  ${styleText('cyan', `${url}/`)}`,
    ]
    for (const address of networkUrls) lines.push(`  network       ${styleText('cyan', `${address}/`)}`)
    lines.push('')
    if (caPath) {
      lines.push(
        caNew
          ? `  ${styleText('yellow', 'A new certificate authority was made for you; until it is trusted, browsers warn.')}`
          : '  Does the browser warn? The local certificate authority is not trusted there yet.',
      )
      lines.push('  Trust it on this machine: npx fairground certs trust')
      lines.push(`  Node, Python and others take its certificate from ${caPath}`)
      if (networkUrl)
        lines.push(`  Trust it on a phone: open ${networkUrl}${CA_PAGE} there and tap through the warning`)
      lines.push('')
    }
    if (this.#live && networkUrl) {
      // A phone that never saw this authority gets nowhere in the game before it trusts it.
      const target = caPath && caNew ? `${networkUrl}${CA_PAGE}` : `${networkUrl}/`
      const code = renderUnicodeCompact(target, { border: 1 })
      lines.push(`  This code opens ${target} on a phone:`, ...code.split('\n').map((row) => `  ${row}`), '')
    }
    this.write(`${lines.join('\n')}\n`)
  }
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

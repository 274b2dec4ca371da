import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { pathOf } from '../needs.ts'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

/** A real Chromium with a home of its own. It trusts an authority only if it was told to, as its user would tell it. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser
  readonly #home: string

  private constructor(browser: Browser, home: string) {
    this.#browser = browser
    this.#home = home
  }

  static async launch(caPath?: string): Promise<TestBrowser> {
    const home = mkdtempSync(join(tmpdir(), 'fairground-browser-'))
    if (caPath !== undefined) trust(home, caPath)
    const browser = await chromium.launch({
      executablePath: pathOf('chromium')!,
      args: ARGUMENTS,
      env: { ...process.env, HOME: home } as Record<string, string>,
    })
    return new TestBrowser(browser, home)
  }

  /** A page in a profile of its own; what goes wrong in its scripts, or breaks its policy, is collected in `errors`. */
  async page(options: BrowserContextOptions = DESKTOP): Promise<{ page: Page; errors: string[] }> {
    const context = await this.#browser.newContext(options)
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', ({ stack, message }) => errors.push(stack ?? message))
    page.on('console', (said) => {
      if (/Content.Security.Policy/i.test(said.text())) errors.push(said.text())
    })
    return { page, errors }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
    rmSync(this.#home, { recursive: true, force: true })
  }
}

/** What our own instructions tell people to do on Linux. */
function trust(home: string, caPath: string): void {
  const store = join(home, '.pki/nssdb')
  mkdirSync(store, { recursive: true })
  const certutil = (...rest: string[]) =>
    execFileSync(pathOf('certutil')!, ['-d', `sql:${store}`, ...rest], { stdio: 'ignore' })
  certutil('-N', '--empty-password')
  certutil('-A', '-t', 'C,,', '-n', 'Fairground', '-i', caPath)
}

/** Keeps a picture of the page in `artifacts/`. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../artifacts')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

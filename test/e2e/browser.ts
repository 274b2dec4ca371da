import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { pathOf } from '../needs.ts'

const CLI = join(import.meta.dirname, '../../cli/main.ts')

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

export interface BrowserOptions {
  /** Host names that lead to this machine. */
  names?: readonly string[]
  /** Certificate databases that are there already, under the home folder. */
  databases?: readonly string[]
  /** In place of Chromium: what starts it in other surroundings. */
  executablePath?: string
}

/** A real Chromium with a home of its own. It trusts an authority only if it was told to, as its user would tell it. */
export class TestBrowser implements AsyncDisposable {
  #browser!: Browser
  readonly #home = mkdtempSync(join(tmpdir(), 'fairground-browser-'))
  readonly #options: BrowserOptions

  private constructor(options: BrowserOptions) {
    this.#options = options
  }

  /** @param caPath authority that its user trusts, if any */
  static async launch(caPath?: string, options: BrowserOptions = {}): Promise<TestBrowser> {
    const browser = new TestBrowser(options)
    for (const folder of options.databases ?? []) makeDatabase(join(browser.#home, folder))
    if (caPath !== undefined) browser.#trust(caPath)
    await browser.#start()
    return browser
  }

  /** Closes it, runs `fairground certs trust` with these options for its user, and opens it again. */
  async restart(caPath: string, ...options: string[]): Promise<void> {
    await this.#browser.close()
    this.#trust(caPath, ...options)
    await this.#start()
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

  async #start(): Promise<void> {
    const { names = [], executablePath = pathOf('chromium')! } = this.#options
    const rules = names.map((name) => `MAP ${name} 127.0.0.1`).join(',')
    this.#browser = await chromium.launch({
      executablePath,
      args: rules === '' ? ARGUMENTS : [...ARGUMENTS, `--host-resolver-rules=${rules}`],
      env: { ...process.env, HOME: this.#home } as Record<string, string>,
    })
  }

  /** What our own instructions tell people to do. Never without --no-system: that store is everybody's. */
  #trust(caPath: string, ...options: string[]): void {
    execFileSync(process.execPath, [CLI, 'certs', 'trust', '--no-system', ...options], {
      env: { PATH: process.env['PATH'], HOME: this.#home, FAIRGROUND_DATA: dirname(caPath) },
      stdio: 'pipe',
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
    rmSync(this.#home, { recursive: true, force: true })
  }
}

function makeDatabase(folder: string): void {
  mkdirSync(folder, { recursive: true })
  execFileSync(pathOf('certutil')!, ['-d', `sql:${folder}`, '-N', '--empty-password'], { stdio: 'pipe' })
}

/** Keeps a picture of the page in `artifacts/`. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../artifacts')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { defineConfig } from 'vite'

const WEB = join(import.meta.dirname, 'web')

/** Every folder of `web/` with an `index.html` is one page; `web/index.html`, if there is one, is the front page. */
function pages(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const file of globSync('*/index.html', { cwd: WEB })) found[basename(dirname(file))] = join(WEB, file)
  const front = join(WEB, 'index.html')
  if (existsSync(front)) found['index'] = front
  return found
}

/** The web pages: `web/` → `dist/web/`. The SDK for `<script type="module">` is a build of its own, vite.sdk.config.ts. */
export default defineConfig({
  root: WEB,
  // Relative addresses, so that the pages also work below a path that a proxy chose.
  base: './',
  build: {
    target: 'es2022',
    outDir: join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: { input: pages() },
  },
})

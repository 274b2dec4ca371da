import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const CLIENT = 'fairground-client'
const NETCODE = 'fairground-netcode'
const NETCODE_ENTRY = join(import.meta.dirname, 'client-sdk/netcode.ts')

/**
 * Makes the netcode entry import the client entry. Only then may the bundler put the modules both need into
 * fairground-client.js; otherwise it writes a third file for them.
 */
function netcodeImportsClient(): Plugin {
  return {
    name: 'fairground:netcode-imports-client',
    transform: {
      filter: { id: /client-sdk[\\/]netcode\.ts$/ },
      handler: (code, id) =>
        id === NETCODE_ENTRY ? { code: `import './index.ts'\n${code}`, map: null } : null,
    },
  }
}

/** Leaves out what only Node can tell about a failed connection: in a browser it would never run. */
function withoutNode(): Plugin {
  return {
    name: 'fairground:without-node',
    load: {
      filter: { id: /client-sdk[\\/]node-failures\.ts$/ },
      handler: () => `
        export const explainInNode = async () => undefined
        export const explainSocketInNode = explainInNode
      `,
    },
  }
}

/** Leaves out the errors that only servers have, about certificates: their sentences are a good part of the table. */
function withoutCertificates(): Plugin {
  return {
    name: 'fairground:without-certificates',
    load: {
      filter: { id: /shared[\\/]certificate-errors\.ts$/ },
      handler: () => 'export const CERTIFICATE_ERRORS = {}',
    },
  }
}

/** Leaves out WebTransport, which no match server of ours speaks; the official SDK only tells by its class which it has. */
function withoutWebTransport(): Plugin {
  return {
    name: 'fairground:without-web-transport',
    load: {
      filter: { id: /[\\/]@colyseus[\\/]sdk[\\/]build[\\/]transport[\\/]H3Transport\.mjs$/ },
      handler: () => 'export class H3TransportTransport {}',
    },
  }
}

/**
 * Fails the build unless exactly two files come out, none of them with an import from elsewhere. Prediction tells
 * inputs by `instanceof`, so a module that is in both files would silently switch it off.
 */
function twoClosedFiles(): Plugin {
  return {
    name: 'fairground:two-closed-files',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).sort()
      const expected = [`${CLIENT}.js`, `${NETCODE}.js`]
      if (files.join() !== expected.join()) {
        this.error(`the SDK must be ${expected.join(' and ')}, but the build made ${files.join(', ')}`)
      }
      const seen = new Map<string, string>()
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue
        const allowed = file.name === NETCODE ? [`${CLIENT}.js`] : []
        const foreign = [...file.imports, ...file.dynamicImports].filter((name) => !allowed.includes(name))
        if (file.code.includes('WebTransport(')) this.error(`${file.fileName} has parts for WebTransport`)
        if (file.code.includes('getBuiltinModule')) this.error(`${file.fileName} has parts for Node`)
        if (foreign.length > 0) this.error(`${file.fileName} imports ${foreign.join(', ')}: not for browsers`)
        for (const id of file.moduleIds) {
          if (seen.has(id)) this.error(`${id} is in both ${seen.get(id)} and ${file.fileName}`)
          seen.set(id, file.fileName)
        }
      }
    },
  }
}

/** The SDK for pages without a bundler: dist/sdk/fairground-client.js, and fairground-netcode.js which builds on it. */
export default defineConfig({
  publicDir: false,
  plugins: [
    netcodeImportsClient(),
    withoutNode(),
    withoutCertificates(),
    withoutWebTransport(),
    twoClosedFiles(),
  ],
  build: {
    target: 'es2022',
    outDir: join(import.meta.dirname, 'dist/sdk'),
    emptyOutDir: true,
    minify: true,
    modulePreload: false,
    rolldownOptions: {
      input: { [CLIENT]: join(import.meta.dirname, 'client-sdk/index.ts'), [NETCODE]: NETCODE_ENTRY },
      preserveEntrySignatures: 'allow-extension',
      // The SDK's index re-exports prediction and declares nothing about side effects: without this rule all of
      // prediction lands in the client file, whether it is used or not.
      treeshake: {
        moduleSideEffects: [{ test: /[\\/]@colyseus[\\/]sdk[\\/]build[\\/]predict/, sideEffects: false }],
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
})

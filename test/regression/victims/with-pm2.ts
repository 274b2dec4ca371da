/**
 * Loaded before a server, it lets Colyseus find the optional package `@pm2/io`, which listens for unhandled rejections as
 * the real one does: nobody's process should live or die by that.
 */
import { registerHooks } from 'node:module'

const source = `process.on('unhandledRejection', () => {})
export default { metric() {} }`

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@pm2/io'
      ? { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
      : next(specifier, context),
})

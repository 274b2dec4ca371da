import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Request, type Response, Router } from 'express'
import { FairgroundError } from '../../../shared/errors.ts'
import { systemReason } from '../../tls/files.ts'
import { appleProfile } from '../../tls/trust/apple-profile.ts'
import { CA_FILES } from '../../tls/trust/trust-guide.ts'
import { caPageHtml, targetFor } from './ca-page-html.ts'
import { CHECK_WORKER, PAGE_SCRIPT } from './ca-page-script.ts'
import { PAGE_STYLE } from './ca-page-style.ts'

/** The page knows what it needs, whatever the game's own pages are allowed. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self' wss:; worker-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * The page by which a phone comes to trust the development authority: what to do, the certificate to download, and a
 * look at whether it worked. It has no game and no secret, and nothing below its path comes from anywhere else.
 *
 * @param caPath the authority's certificate, read at each request: a renewed one is offered at once
 * @param hasGame whether there are pages to lead to afterwards
 */
export function caPage(caPath: string, hasGame: boolean): Router {
  const router = Router()
  router.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    response.setHeader('Content-Security-Policy', POLICY)
    next()
  })
  router.get('/', async (request, response) => {
    // Its links are relative, so that they hold under a path prefix too; a slash at the end would lead them astray.
    if (/\/(\?|$)/.test(request.originalUrl)) return response.redirect('../ca')
    const target = targetFor(request.query['for'], request.headers['user-agent'])
    response.vary('User-Agent')
    response.type('html').send(caPageHtml({ certificate: await read(caPath), target, hasGame }))
  })
  const give = (name: string, type: string, body: (certificate: X509Certificate) => string | Buffer) =>
    router.get(`/${name}`, async (_request, response) => {
      const certificate = await read(caPath)
      response.setHeader('Content-Type', type)
      response.setHeader('Content-Disposition', `attachment; filename="${name}"`)
      response.send(body(certificate))
    })
  give(CA_FILES.der, 'application/x-x509-ca-cert', ({ raw }) => raw)
  give(CA_FILES.pem, 'application/x-pem-file', (certificate) => certificate.toString())
  give(CA_FILES.apple, 'application/x-apple-aspen-config', appleProfile)
  const show = (name: string, type: string, text: string) =>
    router.get(`/${name}`, (_request, response) => void response.type(type).send(text))
  show('page.css', 'css', PAGE_STYLE)
  show('page.js', 'js', PAGE_SCRIPT)
  show('check.js', 'js', CHECK_WORKER)
  router.use((_request: Request, response: Response) => {
    response.status(404).type('text').send('Nothing here.\n')
  })
  return router
}

/** Parsed and written out anew: whatever else the file may hold stays where it is. */
async function read(caPath: string): Promise<X509Certificate> {
  try {
    return new X509Certificate(await readFile(caPath))
  } catch (error) {
    throw new FairgroundError('CERTIFICATE_UNREADABLE', {
      message: `The development authority's certificate cannot be read: ${systemReason(error)}.`,
      next: 'Start the server again; it says what is wrong, or makes a new one.',
      cause: error,
    })
  }
}

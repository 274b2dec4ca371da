import { FairgroundError } from '../shared/errors.ts'

/** Time after a failure in which a browser says that its page was not allowed to try, in milliseconds. */
const REPORT_MS = 100

/**
 * Connects, and if that fails because the page's own Content-Security-Policy forbids it, says so: the one reason
 * that browsers do tell.
 *
 * @param url `https://host:port` or `wss://host:port`
 * @throws FairgroundError CONNECTION_FAILED if the policy forbids it, else what `connect` throws
 */
export async function underPagePolicy<T>(url: string, connect: () => Promise<T>): Promise<T> {
  if (typeof document === 'undefined') return connect()
  const { host } = new URL(url)
  let tell = () => {}
  const forbidden = new Promise<true>((resolve) => {
    tell = () => resolve(true)
  })
  const look = ({ blockedURI, disposition, effectiveDirective }: SecurityPolicyViolationEvent): void => {
    const ours = URL.canParse(blockedURI) && new URL(blockedURI).host === host
    if (ours && disposition === 'enforce' && effectiveDirective === 'connect-src') tell()
  }
  document.addEventListener('securitypolicyviolation', look)
  try {
    return await connect()
  } catch (thrown) {
    const late = new Promise<false>((resolve) => setTimeout(resolve, REPORT_MS, false))
    throw (await Promise.race([forbidden, late])) ? forbiddenBy(host, thrown) : thrown
  } finally {
    document.removeEventListener('securitypolicyviolation', look)
  }
}

function forbiddenBy(host: string, cause: unknown): FairgroundError {
  const sources = `'https://${host}', 'wss://${host}'`
  const policy = `This page's Content-Security-Policy does not allow connections to ${host}.`
  return new FairgroundError('CONNECTION_FAILED', {
    message: policy,
    next: `Add the server to connect-src where the page comes from; with Fairground: createServer({ contentSecurityPolicy: { 'connect-src': [${sources}] } }).`,
    causes: [policy],
    cause,
  })
}

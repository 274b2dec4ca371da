import { createSecureContext } from 'node:tls'
import { codeOf, dialTls } from './dial.ts'
import { type Finding, failure } from './finding.ts'
import type { Reached } from './patient.ts'
import { trustedRoots } from './roots.ts'

/**
 * Whether a client would accept the certificate at each of these addresses: of several servers behind one name, one may
 * have been forgotten at the last renewal. Only what is wrong is told.
 */
export async function checkOtherAddresses(patient: Reached, ips: readonly string[]): Promise<Finding[]> {
  const secureContext = createSecureContext({ ca: trustedRoots(patient) })
  const found = await Promise.all(
    ips.map(async (ip) => {
      const problem = await dialTls({ ...patient, ip }, { secureContext, rejectUnauthorized: true }).then(
        (socket) => void socket.destroy(),
        codeOf,
      )
      return problem === undefined
        ? []
        : [
            failure(
              'Trust',
              `at ${ip} there is another certificate, or none, that clients refuse (${problem})`,
              'Give all servers behind the name the same certificate; run doctor on that address to see what it lacks.',
            ),
          ]
    }),
  )
  return found.flat()
}

/** Coming back when the server can be reached again: it restarts, or the network was away for too long. */
import { known } from './trouble.ts'

const FIRST_WAIT_MS = 500
const MAX_WAIT_MS = 5_000

/**
 * Joins again and again, each time after a longer wait, until the server lets us.
 *
 * @throws FairgroundError for what waiting does not mend
 */
export async function joinAgain<Joined>(join: () => Promise<Joined>): Promise<Joined> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(MAX_WAIT_MS, waitMs * 2)) {
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    try {
      return await join()
    } catch (error) {
      const reason = known(error)
      // A browser tells a server that is away in the same words as one that it does not trust.
      if (reason.retry !== 'later' && reason.code !== 'CERTIFICATE_UNTRUSTED') throw reason
    }
  }
}

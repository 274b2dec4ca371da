import { join } from 'node:path'
import { type DevelopmentCa, ensureDevelopmentCa } from '../../../../server/tls/development-ca.ts'
import { scratchFolder } from '../scratch-folder.ts'

const DAY_MS = 86_400_000

/** An authority as a server makes it, in a folder of its own. */
export function authority(nowMs = Date.now()): Promise<DevelopmentCa> {
  return ensureDevelopmentCa({ dataFolder: join(scratchFolder(), 'data'), hostName: 'box-1', nowMs })
}

/** One whose time is nearly up, and what replaces it: two certificates of one name and key. */
export async function renewedAuthority(): Promise<{ old: DevelopmentCa; renewed: DevelopmentCa }> {
  const where = { dataFolder: join(scratchFolder(), 'data'), hostName: 'box-1' }
  const old = await ensureDevelopmentCa({ ...where, nowMs: Date.now() - 3600 * DAY_MS })
  return { old, renewed: await ensureDevelopmentCa({ ...where, nowMs: Date.now() }) }
}

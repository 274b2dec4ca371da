/** Where a server's CPU goes, as a file for the browser's DevTools: what the engine's own profiler saw. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

let session: Session | undefined

export async function startProfile(): Promise<object> {
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 250 })
  await session.post('Profiler.start')
  return {}
}

export async function endProfile({ file }: { file: string }): Promise<object> {
  const { profile } = await session!.post('Profiler.stop')
  session!.disconnect()
  writeFileSync(file, JSON.stringify(profile))
  return {}
}

/** What every process of bots does with itself: it is quiet, and goes when it is told to. */

/** @param stop ends what runs; the process ends after it, whatever comes of it */
export function runUntilToldToStop(stop: () => Promise<unknown>): void {
  const end = async (): Promise<void> => {
    await stop().catch(() => {})
    process.exit(0)
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  if (process.connected) process.once('disconnect', end)
  // The official SDK tells about its reconnections there; a terminal full of bots' is no help.
  console.info = () => {}
  console.warn = () => {}
}

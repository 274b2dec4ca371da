/**
 * Shuts down on SIGTERM, SIGINT, or when the process that started this one goes away. A second signal hurries.
 *
 * @param close what to finish first; the process then exits with code 0, or 1 if it fails
 */
export function closeOnSignals(close: () => Promise<void>): void {
  let closing = false
  const stop = (): void => {
    if (closing) process.exit(1)
    closing = true
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (process.connected) process.once('disconnect', stop)
}

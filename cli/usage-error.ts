/** The command line was not understood: the command's help follows the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

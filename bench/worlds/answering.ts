/** The side of a child process in `BenchChild.ask`: answers each message by its type, and says when it cannot. */
export function answerParent(answers: Record<string, (wish: never) => unknown>): void {
  process.on('disconnect', () => process.exit()) // whoever asked is gone
  process.on('message', async (wish: { type: string }) => {
    try {
      process.send!(await answers[wish.type]!(wish as never))
    } catch (error) {
      process.send!({ failure: (error as Error).stack })
    }
  })
}

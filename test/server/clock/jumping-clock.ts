/** Loaded before everything else in a process: its time of day jumps when the test says so, its monotonic clock never. */
const RealDate = Date
let offsetMs = 0

globalThis.Date = class extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + offsetMs)
    else super(...(args as [number]))
  }
  static override now(): number {
    return RealDate.now() + offsetMs
  }
} as DateConstructor

process.on('message', (question: string) => {
  const jumpMs = /^jump (-?\d+)$/.exec(question)?.[1]
  if (jumpMs === undefined) return
  offsetMs += Number(jumpMs)
  process.send!({ answer: question, value: offsetMs })
})

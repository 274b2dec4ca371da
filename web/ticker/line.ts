const COLOURS = { up: '#5ce1c6', down: '#ff5d73' } as const

/** Draws values as a line over the whole width, the newest last, with the area below it shaded. */
export function drawLine(canvas: HTMLCanvasElement, values: readonly number[]): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const { width, height } = canvas
  context.clearRect(0, 0, width, height)
  if (values.length < 2) return
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low || 1
  const inset = height * 0.08
  const x = (index: number) => (index / (values.length - 1)) * width
  const y = (value: number) => inset + (1 - (value - low) / span) * (height - 2 * inset)
  const colour = COLOURS[values.at(-1)! >= values[0]! ? 'up' : 'down']
  context.beginPath()
  for (const [index, value] of values.entries()) context.lineTo(x(index), y(value))
  context.lineWidth = Math.max(2, height / 90)
  context.lineJoin = 'round'
  context.strokeStyle = colour
  context.stroke()
  context.lineTo(width, height)
  context.lineTo(0, height)
  context.globalAlpha = 0.14
  context.fillStyle = colour
  context.fill()
  context.globalAlpha = 1
}

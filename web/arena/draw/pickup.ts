import type { Pickup, PickupKind } from '../../../rooms/arena/state.ts'
import { PICKUP_LOOKS } from './palette.ts'

const SIGNS: Readonly<Record<PickupKind, (context: CanvasRenderingContext2D) => void>> = {
  health(context) {
    context.fillRect(-0.09, -0.26, 0.18, 0.52)
    context.fillRect(-0.26, -0.09, 0.52, 0.18)
  },
  boost(context) {
    for (const x of [-0.2, 0.06]) {
      context.beginPath()
      context.moveTo(x, -0.24)
      context.lineTo(x + 0.22, 0)
      context.lineTo(x, 0.24)
      context.stroke()
    }
  },
  rapid(context) {
    context.beginPath()
    context.moveTo(0.08, -0.32)
    context.lineTo(-0.2, 0.06)
    context.lineTo(-0.01, 0.06)
    context.lineTo(-0.08, 0.32)
    context.lineTo(0.2, -0.06)
    context.lineTo(0.01, -0.06)
    context.closePath()
    context.fill()
  },
}

/** The context's unit must be a metre. */
export function drawPickup(context: CanvasRenderingContext2D, pickup: Pickup, nowMs: number): void {
  if (!pickup.active) return
  const { colour } = PICKUP_LOOKS[pickup.kind]
  const beat = 1 + 0.07 * Math.sin(nowMs / 260 + pickup.x)
  context.save()
  context.translate(pickup.x, pickup.y)
  context.scale(beat, beat)
  const glow = context.createRadialGradient(0, 0, 0.2, 0, 0, 1.1)
  glow.addColorStop(0, `${colour}66`)
  glow.addColorStop(1, `${colour}00`)
  context.fillStyle = glow
  context.fillRect(-1.1, -1.1, 2.2, 2.2)
  context.fillStyle = '#14162b'
  context.strokeStyle = colour
  context.lineWidth = 0.09
  context.beginPath()
  context.arc(0, 0, 0.46, 0, Math.PI * 2)
  context.fill()
  context.stroke()
  context.fillStyle = colour
  SIGNS[pickup.kind](context)
  context.restore()
}

import type { Point } from '../../../rooms/arena/map.ts'
import type { Fighter } from '../../../rooms/arena/state.ts'
import { DASH_COOLDOWN_TICKS, MAX_HEAT, RADIUS_METRES } from '../../../rooms/arena/tuning.ts'

const TURN = Math.PI * 2
const TOP = -Math.PI / 2

export interface ReticleView {
  /** Where the own fighter is drawn, in CSS pixels. */
  fighter: Point
  predicted: Pick<Fighter, 'heat' | 'overheated' | 'dashCooldownTicks'>
  /** CSS pixels a metre. */
  scale: number
}

/** The crosshair with the weapon's heat round it, and the dash coming back round the fighter. One unit is a CSS pixel. */
export function drawReticle(
  context: CanvasRenderingContext2D,
  pointer: Point | undefined,
  view: ReticleView,
): void {
  const { heat, overheated, dashCooldownTicks } = view.predicted
  const ready = 1 - dashCooldownTicks / DASH_COOLDOWN_TICKS
  context.lineCap = 'round'
  if (ready < 1) {
    context.lineWidth = 3
    context.strokeStyle = 'rgb(92 225 198 / 85%)'
    arc(context, view.fighter, (RADIUS_METRES + 0.2) * view.scale, ready)
  }
  if (!pointer) return
  const colour = overheated ? '#ff5d73' : '#ffffff'
  context.lineWidth = 2
  context.strokeStyle = colour
  for (const [x, y] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.beginPath()
    context.moveTo(pointer.x + x * 6, pointer.y + y * 6)
    context.lineTo(pointer.x + x * 12, pointer.y + y * 12)
    context.stroke()
  }
  context.fillStyle = colour
  context.beginPath()
  context.arc(pointer.x, pointer.y, 1.5, 0, TURN)
  context.fill()
  if (heat === 0) return
  context.lineWidth = 3
  context.strokeStyle = overheated ? '#ff5d73' : '#ffd166'
  arc(context, pointer, 18, heat / MAX_HEAT)
}

function arc(context: CanvasRenderingContext2D, { x, y }: Point, radius: number, share: number): void {
  context.beginPath()
  context.arc(x, y, radius, TOP, TOP + TURN * share)
  context.stroke()
}

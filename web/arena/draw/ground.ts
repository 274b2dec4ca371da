import { PICKUP_PLACES, type Rect, WALLS, WORLD } from '../../../rooms/arena/map.ts'
import { PICKUP_LOOKS } from './palette.ts'

/** Metres drawn beyond the edge of the world. */
const BORDER = 4

/** Floor and walls, painted once for a size of screen and then only copied. */
export class Ground {
  #picture: HTMLCanvasElement | undefined
  #pixelsPerMetre = 0

  /** The context's unit must be a metre. */
  draw(context: CanvasRenderingContext2D, pixelsPerMetre: number): void {
    if (!this.#picture || this.#pixelsPerMetre !== pixelsPerMetre) {
      this.#picture = paint(pixelsPerMetre)
      this.#pixelsPerMetre = pixelsPerMetre
    }
    context.drawImage(this.#picture, -BORDER, -BORDER, WORLD.width + 2 * BORDER, WORLD.height + 2 * BORDER)
  }
}

function paint(pixelsPerMetre: number): HTMLCanvasElement {
  const picture = document.createElement('canvas')
  picture.width = Math.ceil((WORLD.width + 2 * BORDER) * pixelsPerMetre)
  picture.height = Math.ceil((WORLD.height + 2 * BORDER) * pixelsPerMetre)
  const context = picture.getContext('2d')!
  context.scale(pixelsPerMetre, pixelsPerMetre)
  context.translate(BORDER, BORDER)
  paintFloor(context)
  for (const place of PICKUP_PLACES) paintPad(context, place, PICKUP_LOOKS[place.kind].colour)
  for (const wall of WALLS) paintShadow(context, wall)
  for (const wall of WALLS) paintWall(context, wall)
  paintFence(context)
  return picture
}

function paintFloor(context: CanvasRenderingContext2D): void {
  const light = context.createRadialGradient(
    WORLD.width / 2, WORLD.height / 2, 2,
    WORLD.width / 2, WORLD.height / 2, WORLD.width * 0.62,
  ) // biome-ignore format: two circles
  light.addColorStop(0, '#2f3563')
  light.addColorStop(1, '#1b1f3f')
  context.fillStyle = light
  context.fillRect(0, 0, WORLD.width, WORLD.height)
  // Two metres a tile: distances can be read off the floor.
  for (let x = 0; x < WORLD.width; x += 2) {
    for (let y = 0; y < WORLD.height; y += 2) {
      if ((x + y) % 4 === 0) continue
      context.fillStyle = 'rgb(255 255 255 / 2.2%)'
      context.fillRect(x, y, 2, 2)
    }
  }
  context.strokeStyle = 'rgb(255 209 102 / 16%)'
  context.lineWidth = 0.12
  circle(context, WORLD.width / 2, WORLD.height / 2, 5.5)
  context.stroke()
  context.setLineDash([0.5, 0.5])
  context.beginPath()
  context.moveTo(WORLD.width / 2, 0.5)
  context.lineTo(WORLD.width / 2, WORLD.height - 0.5)
  context.stroke()
  context.setLineDash([])
}

function paintPad(
  context: CanvasRenderingContext2D,
  { x, y }: { x: number; y: number },
  colour: string,
): void {
  context.save()
  context.globalAlpha = 0.35
  context.strokeStyle = colour
  context.lineWidth = 0.08
  circle(context, x, y, 0.85)
  context.stroke()
  context.globalAlpha = 0.07
  context.fillStyle = colour
  context.fill()
  context.restore()
}

function paintShadow(context: CanvasRenderingContext2D, { x, y, width, height }: Rect): void {
  context.fillStyle = 'rgb(4 5 20 / 45%)'
  context.beginPath()
  context.roundRect(x + 0.12, y + 0.35, width + 0.1, height + 0.15, 0.3)
  context.fill()
}

/** A block with a lit top and a darker front: its whole footprint stops fighters. */
function paintWall(context: CanvasRenderingContext2D, { x, y, width, height }: Rect): void {
  context.fillStyle = '#4a4f8c'
  context.beginPath()
  context.roundRect(x, y, width, height, 0.22)
  context.fill()
  const top = context.createLinearGradient(x, y, x, y + height)
  top.addColorStop(0, '#8d93d8')
  top.addColorStop(1, '#6c72b8')
  context.fillStyle = top
  context.beginPath()
  context.roundRect(x, y, width, height - 0.28, 0.22)
  context.fill()
  context.strokeStyle = 'rgb(255 255 255 / 28%)'
  context.lineWidth = 0.05
  context.beginPath()
  context.roundRect(x + 0.08, y + 0.08, width - 0.16, height - 0.44, 0.16)
  context.stroke()
}

/** The edge of the world, with a string of lamps on it. */
function paintFence(context: CanvasRenderingContext2D): void {
  context.strokeStyle = '#8d93d8'
  context.lineWidth = 0.3
  context.beginPath()
  context.roundRect(-0.15, -0.15, WORLD.width + 0.3, WORLD.height + 0.3, 0.4)
  context.stroke()
  const lamps = ['#ff5d73', '#ffd166', '#5ce1c6', '#7aa2ff']
  let lamp = 0
  const hang = (x: number, y: number): void => {
    const colour = lamps[lamp++ % lamps.length]!
    context.fillStyle = colour
    context.shadowColor = colour
    context.shadowBlur = 12
    circle(context, x, y, 0.17)
    context.fill()
    context.shadowBlur = 0
  }
  for (let x = 0; x <= WORLD.width; x += 2) hang(x, -0.15)
  for (let y = 2; y < WORLD.height; y += 2) hang(WORLD.width + 0.15, y)
  for (let x = WORLD.width; x >= 0; x -= 2) hang(x, WORLD.height + 0.15)
  for (let y = WORLD.height - 2; y > 0; y -= 2) hang(-0.15, y)
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
}

import type { Rect } from '../../../rooms/arena/map.ts'
import { world } from '../place.ts'
import type { Camera } from './camera.ts'
import { PICKUP_LOOKS } from './palette.ts'

/** Metres drawn beyond the edge of the world. */
const BORDER = 4
const TILE_METRES = 16
/** What of a thing may be seen outside of its footprint: shadows, and the glow of lamps. */
const BLEED_METRES = 1
/** A few screens; further tiles are painted again when somebody comes back. */
const MAX_TILES = 60

/** Floor and walls, painted tile by tile as they come into view and then only copied. */
export class Ground {
  readonly #tiles = new Map<string, HTMLCanvasElement>()
  #pixels = 0

  /** The context's unit must be a metre. */
  draw(context: CanvasRenderingContext2D, camera: Camera, pixelRatio: number): void {
    // Whole pixels: tiles are copied nearly as they are.
    const pixels = Math.ceil(TILE_METRES * camera.scale * pixelRatio)
    if (pixels !== this.#pixels) this.#tiles.clear()
    this.#pixels = pixels
    const { x, y, width, height } = camera.seen
    const [left, top] = [Math.max(x - width / 2, -BORDER), Math.max(y - height / 2, -BORDER)]
    const right = Math.min(x + width / 2, world.width + BORDER)
    const bottom = Math.min(y + height / 2, world.height + BORDER)
    // One pixel more than a tile has room for, so that no seam shows between two.
    const size = TILE_METRES * (1 + 1 / pixels)
    for (let row = Math.floor(top / TILE_METRES); row * TILE_METRES < bottom; row++) {
      for (let column = Math.floor(left / TILE_METRES); column * TILE_METRES < right; column++) {
        const tile = this.#tile(column, row)
        context.drawImage(tile, column * TILE_METRES, row * TILE_METRES, size, size)
      }
    }
  }

  #tile(column: number, row: number): HTMLCanvasElement {
    const key = `${column},${row}`
    const tile = this.#tiles.get(key) ?? paint(column * TILE_METRES, row * TILE_METRES, this.#pixels)
    // Last again: the first are those not drawn for longest.
    this.#tiles.delete(key)
    this.#tiles.set(key, tile)
    if (this.#tiles.size > MAX_TILES) this.#tiles.delete(this.#tiles.keys().next().value!)
    return tile
  }
}

function paint(x: number, y: number, pixels: number): HTMLCanvasElement {
  const picture = document.createElement('canvas')
  picture.width = picture.height = pixels + 1
  const context = picture.getContext('2d')!
  context.fillStyle = '#101226'
  context.fillRect(0, 0, pixels + 1, pixels + 1)
  context.scale(pixels / TILE_METRES, pixels / TILE_METRES)
  context.translate(-x, -y)
  const touches = (rect: Rect): boolean =>
    rect.x < x + TILE_METRES + BLEED_METRES &&
    rect.x + rect.width > x - BLEED_METRES &&
    rect.y < y + TILE_METRES + BLEED_METRES &&
    rect.y + rect.height > y - BLEED_METRES
  const at = (point: { x: number; y: number }): boolean => touches({ ...point, width: 0, height: 0 })
  paintFloor(context, { x, y, width: TILE_METRES, height: TILE_METRES })
  for (const place of world.pickupPlaces)
    if (at(place)) paintPad(context, place, PICKUP_LOOKS[place.kind].colour)
  const walls = world.walls.filter(touches)
  for (const wall of walls) paintShadow(context, wall)
  for (const wall of walls) paintWall(context, wall)
  paintFence(context, at)
  return picture
}

function paintFloor(context: CanvasRenderingContext2D, tile: Rect): void {
  const light = context.createRadialGradient(
    world.width / 2, world.height / 2, 2,
    world.width / 2, world.height / 2, world.width * 0.62,
  ) // biome-ignore format: two circles
  light.addColorStop(0, '#2f3563')
  light.addColorStop(1, '#1b1f3f')
  context.fillStyle = light
  context.fillRect(0, 0, world.width, world.height)
  // Fields of two metres: distances can be read off the floor.
  for (let x = Math.max(0, tile.x); x < Math.min(world.width, tile.x + tile.width); x += 2) {
    for (let y = Math.max(0, tile.y); y < Math.min(world.height, tile.y + tile.height); y += 2) {
      if ((x + y) % 4 === 0) continue
      context.fillStyle = 'rgb(255 255 255 / 2.2%)'
      context.fillRect(x, y, 2, 2)
    }
  }
  context.strokeStyle = 'rgb(255 209 102 / 16%)'
  context.lineWidth = 0.12
  circle(context, world.width / 2, world.height / 2, 5.5)
  context.stroke()
  context.setLineDash([0.5, 0.5])
  context.beginPath()
  context.moveTo(world.width / 2, 0.5)
  context.lineTo(world.width / 2, world.height - 0.5)
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
function paintFence(
  context: CanvasRenderingContext2D,
  isHere: (point: { x: number; y: number }) => boolean,
): void {
  context.strokeStyle = '#8d93d8'
  context.lineWidth = 0.3
  context.beginPath()
  context.roundRect(-0.15, -0.15, world.width + 0.3, world.height + 0.3, 0.4)
  context.stroke()
  const lamps = ['#ff5d73', '#ffd166', '#5ce1c6', '#7aa2ff']
  let lamp = 0
  const hang = (x: number, y: number): void => {
    const colour = lamps[lamp++ % lamps.length]!
    if (!isHere({ x, y })) return
    context.fillStyle = colour
    context.shadowColor = colour
    context.shadowBlur = 12
    circle(context, x, y, 0.17)
    context.fill()
    context.shadowBlur = 0
  }
  for (let x = 0; x <= world.width; x += 2) hang(x, -0.15)
  for (let y = 2; y < world.height; y += 2) hang(world.width + 0.15, y)
  for (let x = world.width; x >= 0; x -= 2) hang(x, world.height + 0.15)
  for (let y = world.height - 2; y > 0; y -= 2) hang(-0.15, y)
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
}

import type { Survey } from '../../../rooms/arena/events.ts'
import { element, say } from '../../page/element.ts'
import { fighterColour } from '../draw/palette.ts'
import { world } from '../place.ts'

/** What the radar needs of the camera: what is on the screen, in metres. */
export interface Seen {
  x: number
  y: number
  width: number
  height: number
}

/** The whole world in a corner: walls, a dot for everybody, a frame round what is on the screen. */
export class Radar {
  readonly #root = element('#radar')
  readonly #canvas = element<HTMLCanvasElement>('canvas', this.#root)
  readonly #context = this.#canvas.getContext('2d')!
  readonly #town = paintTown(this.#canvas.width, this.#canvas.height)

  show(
    { players, dots }: Survey,
    seen: Seen,
    own: { x: number; y: number; colour: number } | undefined,
  ): void {
    this.#root.hidden = false
    say(element('figcaption', this.#root), `${players} ${players === 1 ? 'fighter' : 'fighters'}`)
    const { width, height } = this.#canvas
    const [scaleX, scaleY] = [width / world.width, height / world.height]
    const context = this.#context
    context.drawImage(this.#town, 0, 0)
    context.fillStyle = '#ff8a9a'
    for (let at = 0; at + 1 < dots.length; at += 2)
      context.fillRect((dots[at]! / 255) * width - 1.5, (dots[at + 1]! / 255) * height - 1.5, 3, 3)
    context.strokeStyle = '#ffd166'
    context.lineWidth = 1.5
    context.strokeRect(
      (seen.x - seen.width / 2) * scaleX,
      (seen.y - seen.height / 2) * scaleY,
      seen.width * scaleX,
      seen.height * scaleY,
    )
    if (!own) return
    context.fillStyle = fighterColour(own.colour)
    context.beginPath()
    context.arc(own.x * scaleX, own.y * scaleY, 4, 0, Math.PI * 2)
    context.fill()
  }

  hide(): void {
    this.#root.hidden = true
  }
}

function paintTown(width: number, height: number): HTMLCanvasElement {
  const town = document.createElement('canvas')
  Object.assign(town, { width, height })
  const context = town.getContext('2d')!
  context.fillStyle = '#1b1f3f'
  context.fillRect(0, 0, width, height)
  context.scale(width / world.width, height / world.height)
  context.fillStyle = '#353b6e'
  for (const wall of world.walls) context.fillRect(wall.x, wall.y, wall.width, wall.height)
  return town
}

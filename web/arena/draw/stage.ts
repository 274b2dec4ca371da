import { Camera } from './camera.ts'

/** Sharper than this is not seen, but costs four times the paint. */
const MAX_PIXEL_RATIO = 2

/** The canvas that fills the window, and the camera that looks through it. */
export class Stage {
  readonly element: HTMLCanvasElement
  readonly context: CanvasRenderingContext2D
  readonly camera = new Camera()
  pixelRatio = 1

  constructor(element: HTMLCanvasElement) {
    this.element = element
    this.context = element.getContext('2d', { alpha: false })!
    this.#fit()
    addEventListener('resize', () => this.#fit())
  }

  /** Clears the picture and sets one unit to a metre. */
  begin(nowMs: number): void {
    const { context, element } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = '#101226'
    context.fillRect(0, 0, element.width, element.height)
    this.camera.apply(context, this.pixelRatio, nowMs)
  }

  #fit(): void {
    this.pixelRatio = Math.min(devicePixelRatio, MAX_PIXEL_RATIO)
    this.element.width = Math.round(innerWidth * this.pixelRatio)
    this.element.height = Math.round(innerHeight * this.pixelRatio)
    this.camera.resize(innerWidth, innerHeight)
  }
}

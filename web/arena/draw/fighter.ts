import { MAX_HEALTH, RADIUS_METRES } from '../../../rooms/arena/tuning.ts'
import { fighterColour } from './palette.ts'

/** All that decides how one fighter looks in one frame. Metres and radians. */
export interface FighterLook {
  x: number
  y: number
  aim: number
  name: string
  colour: number
  health: number
  own: boolean
  away: boolean
  bot: boolean
  leader: boolean
  shielded: boolean
  dashing: boolean
  boosted: boolean
  rapid: boolean
  /** 1 in the moment of a hit, 0 a little later. */
  flash: number
}

const TURN = Math.PI * 2

/** The context's unit must be a metre. */
export function drawFighter(context: CanvasRenderingContext2D, look: FighterLook, nowMs: number): void {
  context.save()
  context.translate(look.x, look.y)
  if (look.away) context.globalAlpha = 0.45
  drawShadow(context)
  if (look.boosted) drawAura(context, '#6ec8ff', nowMs)
  drawBody(context, look)
  if (look.shielded) drawShield(context, nowMs)
  drawHealth(context, look)
  drawName(context, look)
  context.restore()
}

function drawShadow(context: CanvasRenderingContext2D): void {
  context.fillStyle = 'rgb(4 5 20 / 40%)'
  context.beginPath()
  context.ellipse(0.06, 0.2, RADIUS_METRES, RADIUS_METRES * 0.9, 0, 0, TURN)
  context.fill()
}

function drawBody(context: CanvasRenderingContext2D, look: FighterLook): void {
  const colour = fighterColour(look.colour)
  context.save()
  context.rotate(look.aim)
  context.fillStyle = look.rapid ? '#ffd166' : '#e8e9ff'
  context.beginPath()
  context.roundRect(0.2, -0.13, 0.58, 0.26, 0.1)
  context.fill()
  if (look.dashing) {
    context.fillStyle = colour
    context.globalAlpha *= 0.35
    context.beginPath()
    context.ellipse(0, 0, RADIUS_METRES * 1.25, RADIUS_METRES * 1.25, 0, 0, TURN)
    context.fill()
    context.globalAlpha /= 0.35
  }
  const skin = context.createRadialGradient(0.1, -0.18, 0.05, 0, 0, RADIUS_METRES)
  skin.addColorStop(0, '#ffffff')
  skin.addColorStop(0.35, colour)
  skin.addColorStop(1, colour)
  context.fillStyle = skin
  context.beginPath()
  context.arc(0, 0, RADIUS_METRES, 0, TURN)
  context.fill()
  context.lineWidth = 0.09
  context.strokeStyle = look.own ? '#ffffff' : 'rgb(10 11 30 / 70%)'
  context.stroke()
  drawEyes(context)
  if (look.flash > 0) {
    context.globalAlpha *= look.flash
    context.fillStyle = '#ffffff'
    context.beginPath()
    context.arc(0, 0, RADIUS_METRES, 0, TURN)
    context.fill()
  }
  context.restore()
}

function drawEyes(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#14162b'
  for (const side of [-1, 1]) {
    context.beginPath()
    context.ellipse(0.2, side * 0.17, 0.09, 0.075, 0, 0, TURN)
    context.fill()
  }
}

function drawAura(context: CanvasRenderingContext2D, colour: string, nowMs: number): void {
  context.strokeStyle = colour
  context.lineWidth = 0.07
  for (const phase of [0, 0.5]) {
    const grown = (nowMs / 700 + phase) % 1
    context.globalAlpha = (1 - grown) * 0.7
    context.beginPath()
    context.arc(0, 0, RADIUS_METRES + grown * 0.45, 0, TURN)
    context.stroke()
  }
  context.globalAlpha = 1
}

function drawShield(context: CanvasRenderingContext2D, nowMs: number): void {
  context.save()
  context.rotate(nowMs / 400)
  context.strokeStyle = '#c8f7ff'
  context.lineWidth = 0.08
  context.setLineDash([0.5, 0.28])
  context.beginPath()
  context.arc(0, 0, RADIUS_METRES + 0.26, 0, TURN)
  context.stroke()
  context.restore()
}

function drawHealth(context: CanvasRenderingContext2D, { health }: FighterLook): void {
  if (health >= MAX_HEALTH) return
  const share = health / MAX_HEALTH
  const [left, top, width, height] = [-0.6, -0.98, 1.2, 0.14]
  context.fillStyle = 'rgb(10 11 30 / 75%)'
  context.beginPath()
  context.roundRect(left - 0.04, top - 0.04, width + 0.08, height + 0.08, 0.1)
  context.fill()
  context.fillStyle = share > 0.5 ? '#7dffa9' : share > 0.25 ? '#ffd166' : '#ff5d73'
  context.beginPath()
  context.roundRect(left, top, width * share, height, 0.07)
  context.fill()
}

function drawName(context: CanvasRenderingContext2D, { name, own, leader, away }: FighterLook): void {
  const label = `${leader ? '♛ ' : ''}${away ? `${name} (away)` : name}`
  context.font = '700 0.46px system-ui, sans-serif'
  context.textAlign = 'center'
  context.lineWidth = 0.12
  context.lineJoin = 'round'
  context.strokeStyle = 'rgb(10 11 30 / 80%)'
  context.strokeText(label, 0, 1.12)
  context.fillStyle = leader ? '#ffd166' : own ? '#ffffff' : '#d5d8f5'
  context.fillText(label, 0, 1.12)
}

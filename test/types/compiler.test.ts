import { expect, it } from 'vitest'
import { compile, someonesProject } from './project.ts'

const HEAD = `
import { connect } from 'fairground:client-sdk/index.ts'
import type { server } from './server.ts'
const fairground = connect<typeof server>('wss://localhost:2567')
const room = await fairground.joinOrCreate('cards', { name: 'Ann' })
`

/** The only line of a file that is wrong, by what the compiler has to name in its error. */
const MISTAKES: readonly (readonly [line: string, named: string])[] = [
  [`await fairground.joinOrCreate('crads', { name: 'Ann' })`, '"crads"'],
  [`await fairground.joinOrCreate('cards')`, 'Expected 2 arguments'],
  [`await fairground.joinOrCreate('cards', { nick: 'Ann' })`, "'nick' does not exist"],
  [`room.send('paly', { card: 'ace' })`, '"paly"'],
  [`room.send('play', { card: 5 })`, "'number' is not assignable to type 'string'"],
  [`await room.request('peak', 1)`, '"peak"'],
  [`room.on('delt', () => {})`, '"delt"'],
  [`room.on('dealt', ({ suit }) => suit)`, "'suit' does not exist"],
  [`room.onAdd('card', () => {})`, '"card"'],
  [`room.state.deck`, "'deck' does not exist"],
  [`room.onAdd('cards', (card) => card.suit)`, "'suit' does not exist"],
]

it('compiles a right client, and names what is wrong in a wrong one', () => {
  const files = Object.fromEntries(
    MISTAKES.map(([line], i) => [`mistake-${i}.ts`, `${HEAD}${line}\nexport {}\n`]),
  )
  const right = `${HEAD}
    room.onAdd('cards', (card, index) => card.length + index)
    room.on('dealt', ({ card }) => room.send('play', { card }))
    export const reply: string = await room.request('peek', 0)
  `
  const errors = compile(someonesProject({ 'right.ts': right, ...files }))
  for (const [i, [line, named]] of MISTAKES.entries()) {
    const own = errors.filter((error) => error.startsWith(`mistake-${i}.ts`))
    expect(own.join('\n'), line).toContain(named)
    expect(own[0], line).toMatch(new RegExp(`^mistake-${i}\\.ts\\(${HEAD.split('\n').length},`))
  }
  expect(errors.filter((error) => !error.startsWith('mistake-'))).toEqual([])
})

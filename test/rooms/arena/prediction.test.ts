import { Decoder, Encoder } from '@colyseus/schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SPAWNS } from '../../../rooms/arena/map.ts'
import { type FighterBody, PREDICTED_FIELDS, stepFighter } from '../../../rooms/arena/simulation.ts'
import { ArenaInput, Fighter } from '../../../rooms/arena/state.ts'
import { schema, t } from '../../../shared/schema.ts'
import { anyIntents, fighterAt } from './intents.ts'

/** The arena's own fighters are in an area of interest; here their one player sees them in any case. */
const Duel = schema({ fighters: t.map(Fighter) }, 'Duel')

/** A server's state and what a client decodes of it, patch by patch, through Colyseus' own codec. */
function wire() {
  const server = new Duel()
  const client = new Duel()
  const encoder = new Encoder(server)
  const decoder = new Decoder(client)
  decoder.decode(encoder.encodeAll())
  encoder.discardChanges()
  return {
    server,
    client,
    patch() {
      decoder.decode(encoder.encode())
      encoder.discardChanges()
    },
  }
}

function bodyOf(fighter: Fighter): FighterBody {
  return Object.fromEntries(PREDICTED_FIELDS.map((name) => [name, fighter[name]])) as unknown as FighterBody
}

test('a client that predicts its fighter is right to the last bit, for any inputs', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SPAWNS), anyIntents, (spawn, intents) => {
      const { server, client, patch } = wire()
      const fighter = fighterAt(spawn.x, spawn.y)
      server.fighters.set('me', fighter)
      patch()
      const received = client.fighters.get('me')!
      const mirror = bodyOf(received)
      for (const intent of intents) {
        const input = new ArenaInput()
        // Colyseus stages inputs on the schema, which rounds them to what the wire carries.
        Object.assign(input, finite(intent))
        expect(stepFighter(mirror, input, 1000 / 30 / 1000)).toBe(stepFighter(fighter, input, 1 / 30))
        patch()
        expect(mirror).toEqual(bodyOf(received))
      }
    }),
    { numRuns: 60 },
  )
})

test('whatever is written into an input, it holds a legal value', () => {
  const input = new ArenaInput()
  Object.assign(input, { moveX: -7, moveY: 7, aim: -1 })
  expect([input.moveX, input.moveY]).toEqual([-1, 1])
  expect(input.aim).toBeCloseTo(2 * Math.PI - 1, 3)
  input.moveX = 0
  expect(input.moveX).toBe(0)
})

function finite<T extends { moveX: number; moveY: number; aim: number }>(intent: T): T {
  const legal = (value: number) => (Number.isFinite(value) ? value : 0)
  return { ...intent, moveX: legal(intent.moveX), moveY: legal(intent.moveY), aim: legal(intent.aim) }
}

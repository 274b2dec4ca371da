import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { expect, it } from 'vitest'
import { startTestServer } from '../../testing/index.ts'
import { TrackRoom } from '../client-sdk/track-room.ts'

setFlagsFromString('--allow-natives-syntax')
/** Whether V8 knows where an object's fields are, and need not look them up by name. */
const isQuick = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean

it('V8 finds the fields of clients at once (client-fields.ts)', async () => {
  await using server = await startTestServer({ rooms: { track: TrackRoom } })
  // The first few of a class have room for fields that later ones have not.
  const players = []
  for (let n = 0; n < 12; n++) players.push(await server.connect().joinOrCreate('track'))
  await server.step(2, ...players)
  const clients = players.flatMap((player) => {
    const { clients } = server.room('track', player)
    return clients.filter(({ sessionId }) => sessionId === player.sessionId)
  })
  expect(clients).toHaveLength(12)
  expect(clients.map((client) => [isQuick(client), isQuick(client.ref)])).toEqual(
    Array(12).fill([true, true]),
  )
  const slow = { one: 1, two: 2 }
  Reflect.deleteProperty(slow, 'one')
  expect(isQuick(slow), 'what Colyseus does to its clients').toBe(false)
})

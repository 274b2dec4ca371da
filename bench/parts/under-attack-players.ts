/** Honest players, some in each of some rooms: answers `join` with a room's id, and `troubles` with what they noticed. */
import { connect } from '../../client-sdk/index.ts'
import type { FairgroundServer } from '../../server/index.ts'
import { CountingPlayer } from '../../test/floods/counting-player.ts'
import type { TallyRoom } from '../../test/floods/tally-room.ts'

type Message = { type: 'join'; url: string; rooms: number; playersOfEach: number } | { type: 'troubles' }

const players: CountingPlayer[] = []

async function join({ url, rooms, playersOfEach }: Message & { type: 'join' }): Promise<string> {
  const client = () => connect<FairgroundServer<{ tally: typeof TallyRoom }>>(url)
  for (let room = 0; room < rooms; room++) {
    const first = await client().create('tally')
    players.push(new CountingPlayer(first))
    for (let more = 1; more < playersOfEach; more++)
      players.push(new CountingPlayer(await client().joinById('tally', first.id)))
  }
  return players[0]!.room.id
}

process.on('message', async (message: Message) => {
  if (message.type === 'join') process.send!({ roomId: await join(message) })
  else process.send!(players.flatMap(({ troubles }) => troubles.splice(0)))
})

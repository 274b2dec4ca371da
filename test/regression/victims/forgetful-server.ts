/** A server whose room forgets a promise that fails, plain or ours; see serve.ts. */
import { Room } from '@colyseus/core'
import { z } from 'zod'
import { GameRoom, message } from '../../../server/index.ts'
import { serve } from './serve.ts'

const forget = async () => {
  throw new Error('forgotten promise')
}

class PlainRoom extends Room {
  override messages = { forget: () => void forget(), hello: () => {} }
}
class OurRoom extends GameRoom {
  override messages = { forget: message(z.undefined(), () => void forget()) }
}

await serve({ plain: PlainRoom, ours: OurRoom })

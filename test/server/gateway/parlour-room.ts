import { z } from 'zod'
import { type Client, FairgroundError, GameRoom, message, request } from '../../../server/index.ts'
import { schema, t } from '../../../shared/schema.ts'

const ParlourState = schema({ bell: t.uint16().default(0) }, 'ParlourState')

/** A room for everybody: browsers see its state, machines hear of it. */
export class ParlourRoom extends GameRoom<{
  state: InstanceType<typeof ParlourState>
  events: { rang: { by: string; times: number }; welcome: { name: string; greeting: string } }
}> {
  override jsonClients = true
  override joinOptions = z.strictObject({ name: z.string().min(1).max(20) })
  override state = new ParlourState()
  readonly heard: unknown[] = []
  override messages = {
    ring: message(z.int().min(1).max(9), (client, times) => {
      this.state.bell += times
      this.heard.push(times)
      this.broadcast('rang', { by: client.sessionId, times })
    }),
    slip: message(z.any(), () => {
      throw new Error('on a banana')
    }),
  }
  override requests = {
    add: request(z.array(z.number()), (_client, numbers) => numbers.reduce((sum, each) => sum + each, 0)),
    refuse: request(z.any(), () => {
      throw new FairgroundError('REQUEST_REFUSED', { message: 'Not today.' })
    }),
    rarely: request(z.any(), () => 'well', { perSecond: 0.01, burst: 1 }),
  }

  override jsonState(client: Client) {
    return { bell: this.state.bell, you: client.auth?.id }
  }

  override onJoin(client: Client, { name }: { name: string }) {
    client.send('welcome', { name, greeting: 'Grüß dich 👋' })
  }
}

export class PatchRoom extends GameRoom {}

import { z } from 'zod'
import { type Client, GameRoom, message, request } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

const Account = schema({ entries: t.uint32().default(0), last: t.string().default('') }, 'Account')
const Ledger = schema({ tick: t.uint32().default(0), accounts: t.map(Account) }, 'Ledger')
type Ledger = SchemaType<typeof Ledger>

/** Books what players send under their own numbers, so that what gets lost or doubled shows. */
export class LedgerRoom extends GameRoom<{ state: Ledger }> {
  override state = new Ledger()
  override reconnectHoldSeconds = 90
  readonly booked: string[] = []
  readonly gate: string[] = []
  still = false

  override messages = { note: message(z.string(), (client, id) => this.#book(client, id)) }
  override requests = {
    book: request(z.string(), (client, id) => {
      this.#book(client, id)
      return id
    }),
  }

  override onJoin({ sessionId }: Client) {
    this.gate.push('join')
    this.state.accounts.set(sessionId, new Account())
  }
  override onDrop() {
    this.gate.push('drop')
  }
  override onReconnect() {
    this.gate.push('reconnect')
  }
  override onLeave({ sessionId }: Client) {
    this.gate.push('leave')
    this.state.accounts.delete(sessionId)
  }
  override onTick() {
    if (!this.still) this.state.tick++
  }

  #book({ sessionId }: Client, id: string) {
    this.booked.push(id)
    const account = this.state.accounts.get(sessionId)!
    account.entries++
    account.last = id
  }
}

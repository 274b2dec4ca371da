import type { Identity } from '../shared/protocol.ts'
import type { KeyValue } from './storage.ts'

/** What `POST /auth/guest` answers. */
export interface SignIn {
  readonly identity: Identity
  readonly token: string
}

/** The guest token of this browser: kept between visits, so that a room knows who comes back. */
export class Guest {
  readonly #storage: KeyValue
  readonly #key: string
  readonly #ask: (token: string | undefined) => Promise<SignIn | undefined>
  #signedIn: Promise<SignIn | undefined> | undefined

  /** @param ask gets a token from the server at `origin`, renewing the one it is given; undefined from a server without guests */
  constructor(
    storage: KeyValue,
    origin: string,
    ask: (token: string | undefined) => Promise<SignIn | undefined>,
  ) {
    this.#storage = storage
    this.#key = `fairground.guest:${origin}`
    this.#ask = ask
  }

  /** Signs in once; later calls answer the same. A failure is not remembered. */
  signIn(): Promise<SignIn | undefined> {
    this.#signedIn ??= this.#renew().catch((error: unknown) => {
      this.#signedIn = undefined
      throw error
    })
    return this.#signedIn
  }

  /** Drops a token the server refuses; the next sign-in makes a new guest. */
  forget(): void {
    this.#signedIn = undefined
    this.#storage.removeItem(this.#key)
  }

  async #renew(): Promise<SignIn | undefined> {
    const signIn = await this.#ask(this.#storage.getItem(this.#key) ?? undefined)
    if (typeof signIn?.token !== 'string') return undefined
    this.#storage.setItem(this.#key, signIn.token)
    return signIn
  }
}

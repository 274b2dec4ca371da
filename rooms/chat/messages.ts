/** What travels between the chat and its pages besides the state. */

/** One message, as everybody sees it. */
export type ChatMessage = {
  channel: string
  /** Its place in the channel: the first is 1, there are no gaps, and everybody has the same. */
  seq: number
  /** Chosen by whoever sent it, to know its own again. */
  id: string
  /** Who said it: the id of a person, stable over visits. */
  by: string
  /** What that person was called then. */
  name: string
  /** Empty where it was deleted. */
  text: string
  /** When the server got it, in milliseconds since 1970. */
  atMs: number
  /** Ids of the people it names. */
  mentions?: string[]
  /** When it was last changed. */
  editedAtMs?: number
  /** By whom it was taken away. */
  deleted?: 'author' | 'moderator'
}

/** Why a message was not taken, with the time after which it would be. */
export type Refusal =
  | { ok: false; reason: 'flood' | 'slow' | 'muted'; waitMs: number }
  | { ok: false; reason: 'filtered'; text: string }

/** The receipt of a message: it is on the server's disk, at that place of its channel. */
export type Receipt = { ok: true; seq: number; atMs: number }

/** Who types in a channel: a few by name, the rest counted. */
export type Typing = { channel: string; people: { id: string; name: string }[]; count: number }

export type ChatEvents = {
  /** New messages in the order of their channels, several where they came together. */
  said: ChatMessage[]
  /** A message was edited or deleted: this is what it is now. */
  changed: ChatMessage
  typing: Typing
  /** The same person has read up to there on another page. */
  read: { channel: string; seq: number }
  /** This person may not speak for so long; 0 when it may again. */
  muted: { forMs: number }
}

/** Somebody in the chat, as the list shows them. */
export type PersonListing = { id: string; name: string; moderator: boolean; mutedForMs: number }

/** What a page is told when it comes in, and when it comes back. */
export type Welcome = {
  you: PersonListing
  channels: { id: string; last: number; read: number; mentions: number }[]
}

/** A part of a channel's history, oldest first. */
export type Page = { messages: ChatMessage[]; last: number }

import type { ChatMessage } from '../../rooms/chat/messages.ts'
import { make } from '../page/element.ts'
import { avatar, hueOf } from './avatar.ts'
import type { Outgoing } from './outbox.ts'
import { isOnlyEmoji, type Named, textNodes } from './text-view.ts'

/** Messages of one person closer together than this stand under one name. */
const TOGETHER_MS = 5 * 60_000

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

/** What one may do with a message. */
export type Action = 'reply' | 'edit' | 'delete' | 'mute' | 'kick'
const LABELS: Record<Action, string> = {
  reply: 'Reply',
  edit: 'Edit',
  delete: 'Delete',
  mute: 'Mute for 10 min',
  kick: 'Send away for 5 min',
}

export interface RowOptions {
  readonly named: Named
  readonly moderator: boolean
  /** The message above, which may be of the same person. */
  readonly above: ChatMessage | undefined
}

/** One message as a row of the list. */
export function messageRow(message: ChatMessage, { named, moderator, above }: RowOptions): HTMLLIElement {
  const own = message.by === named.own
  const follows = !startsDay(message, above) && isTogether(message, above)
  const row = make('li') as HTMLLIElement
  row.dataset['seq'] = String(message.seq)
  row.tabIndex = -1
  row.classList.toggle('own', own)
  row.classList.toggle('follows', follows)
  row.classList.toggle('called', message.mentions?.includes(named.own) ?? false)
  const text = message.deleted ? deletedText(message) : shownText(message, named)
  const body = make('div', { class: 'body' }, ...(follows ? [] : [headOf(message)]), text)
  row.append(follows ? timeOf(message, 'aside') : avatar({ id: message.by, name: message.name }), body)
  if (own && !message.deleted) body.append(receipt())
  const actions = actionsOn(message, { own, moderator })
  if (actions.length > 0) row.append(toolbar(message, actions))
  if (startsDay(message, above)) row.dataset['day'] = dayOf(message.atMs)
  return row
}

export interface OutgoingOptions {
  readonly person: { id: string; name: string }
  readonly named: Named
  /** What stands above it, which may be of the same person. */
  readonly above: { readonly by: string; readonly atMs: number } | undefined
}

/** A message that the server does not have yet. */
export function outgoingRow(message: Outgoing, { person, named, above }: OutgoingOptions): HTMLLIElement {
  const { id, text, state, problem, atMs } = message
  const follows = above?.by === person.id && atMs - above.atMs < TOGETHER_MS
  const row = make('li', { class: `own outgoing ${state}` }) as HTMLLIElement
  row.classList.toggle('follows', follows)
  row.dataset['id'] = id
  row.tabIndex = -1
  const shown = make('p', { class: 'text' }, ...textNodes(text, named))
  shown.dir = 'auto'
  const head = follows ? [] : [headOf({ by: person.id, name: person.name, atMs })]
  const body = make('div', { class: 'body' }, ...head, shown)
  row.append(follows ? timeOf(message, 'aside') : avatar(person), body)
  if (state === 'failed') {
    const retry = actionButton('retry', 'Try again')
    const discard = actionButton('discard', 'Remove')
    body.append(make('p', { class: 'state' }, make('span', { text: `Not sent: ${problem}` }), retry, discard))
  } else {
    const sign = make('span', { class: 'receipt', text: state === 'sent' ? '✓' : '◷' })
    const waits = state === 'waiting' ? `${problem}: is sent in a moment` : 'Not on the server yet'
    sign.title = state === 'sent' ? 'On the server' : waits
    sign.setAttribute('aria-label', sign.title)
    sign.role = 'img'
    body.append(sign)
    if (state === 'waiting') body.append(make('p', { class: 'state', text: waits }))
  }
  return row
}

function isTogether(message: ChatMessage, above: ChatMessage | undefined): boolean {
  if (above?.by !== message.by || above.name !== message.name) return false
  return message.atMs - above.atMs < TOGETHER_MS
}

function startsDay(message: ChatMessage, above: ChatMessage | undefined): boolean {
  return above === undefined || dayOf(above.atMs) !== dayOf(message.atMs)
}

function dayOf(ms: number): string {
  return DAY.format(ms)
}

function headOf({ by, name, atMs }: Pick<ChatMessage, 'by' | 'name' | 'atMs'>): HTMLElement {
  const who = make('bdi', { class: 'who', text: name })
  who.dataset['hue'] = String(hueOf(by))
  return make('p', { class: 'head' }, who, timeOf({ atMs }))
}

function timeOf({ atMs }: Pick<ChatMessage, 'atMs'>, kind = ''): HTMLElement {
  const time = make('time', { text: TIME.format(atMs), class: kind }) as HTMLTimeElement
  time.dateTime = new Date(atMs).toISOString()
  time.title = WHOLE.format(atMs)
  return time
}

function shownText(message: ChatMessage, named: Named): HTMLElement {
  const text = make('p', { class: 'text' }, ...textNodes(message.text, named))
  // Each message finds its own direction, and turns nothing around it.
  text.dir = 'auto'
  if (isOnlyEmoji(message.text)) text.classList.add('emoji')
  if (message.editedAtMs === undefined) return text
  const edited = make('small', { text: ' (edited)' })
  edited.title = WHOLE.format(message.editedAtMs)
  text.append(edited)
  return text
}

function deletedText({ deleted }: ChatMessage): HTMLElement {
  const by = deleted === 'moderator' ? 'A moderator deleted this message.' : 'This message was deleted.'
  return make('p', { class: 'text deleted', text: by })
}

function receipt(): HTMLElement {
  const sign = make('span', { class: 'receipt', text: '✓' })
  sign.title = 'On the server'
  sign.role = 'img'
  sign.setAttribute('aria-label', sign.title)
  return sign
}

function actionsOn(message: ChatMessage, { own, moderator }: { own: boolean; moderator: boolean }): Action[] {
  if (message.deleted) return []
  if (own) return ['edit', 'delete']
  return moderator ? ['reply', 'delete', 'mute', 'kick'] : ['reply']
}

function toolbar(message: ChatMessage, actions: readonly Action[]): HTMLElement {
  const bar = make(
    'div',
    { class: 'actions' },
    ...actions.map((action) => actionButton(action, LABELS[action])),
  )
  bar.role = 'toolbar'
  bar.setAttribute('aria-label', `What to do with the message by ${message.name}`)
  return bar
}

function actionButton(action: string, label: string): HTMLButtonElement {
  const button = make('button', { text: label }) as HTMLButtonElement
  button.type = 'button'
  button.dataset['action'] = action
  return button
}

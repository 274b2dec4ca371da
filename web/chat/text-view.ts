import { mentionAt } from '../../rooms/chat/text.ts'
import { make } from '../page/element.ts'

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g

/** Whom a text may name, and which of them the reader is. */
export interface Named {
  idOf(key: string): string | undefined
  readonly own: string
}

/** A text as nodes: mentions stand out, addresses can be followed, everything else is text, whatever it holds. */
export function textNodes(text: string, named: Named): Node[] {
  const nodes: Node[] = []
  let end = 0
  for (const found of text.matchAll(LINK)) {
    nodes.push(...withMentions(text.slice(end, found.index), named), link(found[0]))
    end = found.index + found[0].length
  }
  nodes.push(...withMentions(text.slice(end), named))
  return nodes
}

/** Whether a text is nothing but a few emoji, which are shown larger. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 40 && /^(?:\p{RGI_Emoji}|\s){1,8}$/v.test(text)
}

function withMentions(text: string, { idOf, own }: Named): Node[] {
  const nodes: Node[] = []
  let end = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (at < end || (at > 0 && /[\p{L}\p{N}_]/u.test(text[at - 1]!))) continue
    const mention = mentionAt(text, at, idOf)
    if (!mention) continue
    nodes.push(new Text(text.slice(end, at)))
    const name = text.slice(at, mention.end)
    nodes.push(make('mark', { text: name, ...(mention.id === own && { class: 'own' }) }))
    end = mention.end
  }
  nodes.push(new Text(text.slice(end)))
  return nodes
}

function link(address: string): HTMLElement {
  const anchor = make('a', { text: address }) as HTMLAnchorElement
  anchor.href = address
  anchor.target = '_blank'
  anchor.rel = 'noopener noreferrer nofollow'
  return anchor
}

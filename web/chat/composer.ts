import type { ChatMessage } from '../../rooms/chat/messages.ts'
import { cleanText } from '../../rooms/chat/text.ts'
import { MAX_TEXT_CHARS } from '../../rooms/chat/tuning.ts'
import { element, say } from '../page/element.ts'
import { NamePicker } from './name-picker.ts'

/** From here on the characters that are left are shown. */
const TELL_LEFT_CHARS = 200
/** Least time between two signs of typing, in milliseconds. */
const TYPING_EVERY_MS = 2_000

export interface ComposerOptions {
  send(text: string): void
  edit(message: ChatMessage, text: string): void
  typing(): void
  /** The reader's last message here that can be edited. */
  lastOwn(): ChatMessage | undefined
  names(): readonly string[]
}

/** Where messages are written and edited. */
export class Composer {
  readonly #options: ComposerOptions
  readonly #form = element<HTMLFormElement>('#composer')
  readonly #text = element<HTMLTextAreaElement>('#text')
  readonly #left = element('#left')
  readonly #editingLine = element('#editing')
  readonly #names: NamePicker
  /** What is being written in each channel. */
  readonly #drafts = new Map<string, string>()
  #channel = ''
  #editing: ChatMessage | undefined
  #typedMs = Number.NEGATIVE_INFINITY

  constructor(options: ComposerOptions, signal: AbortSignal) {
    this.#options = options
    this.#names = new NamePicker(this.#text, () => options.names(), signal)
    this.#form.addEventListener('submit', (event) => this.#submit(event), { signal })
    this.#text.addEventListener('input', () => this.#input(), { signal })
    this.#text.addEventListener('keydown', (event) => this.#key(event), { signal })
    element('button', this.#editingLine).addEventListener('click', () => this.#stopEditing(), { signal })
    // A tap on the button must not close the keyboard.
    element('button[type=submit]', this.#form).addEventListener(
      'pointerdown',
      (event) => event.preventDefault(),
      {
        signal,
      },
    )
  }

  open(channel: string): void {
    if (!this.#editing && this.#channel) this.#drafts.set(this.#channel, this.#text.value)
    this.#channel = channel
    this.#editing = undefined
    this.#editingLine.hidden = true
    this.#write(this.#drafts.get(channel) ?? '')
    this.#text.placeholder = `Message #${channel}`
    this.#text.ariaLabel = `Message to ${channel}`
    if (!matchMedia('(pointer: coarse)').matches) this.#text.focus()
  }

  edit(message: ChatMessage): void {
    if (!this.#editing) this.#drafts.set(this.#channel, this.#text.value)
    this.#editing = message
    this.#editingLine.hidden = false
    this.#write(message.text)
    this.#text.focus()
  }

  reply({ name }: ChatMessage): void {
    this.#write(`@${name} ${this.#text.value}`)
    this.#text.focus()
  }

  /** Nobody may write now, for that reason; without one, everybody may again. */
  notice(text: string | undefined, locked = false): void {
    const line = element('#notice')
    line.hidden = text === undefined
    line.classList.toggle('locked', locked)
    say(line, text ?? '')
  }

  #submit(event: Event): void {
    event.preventDefault()
    const text = cleanText(this.#text.value)
    if (text === '' || text.length > MAX_TEXT_CHARS) {
      this.#showLeft()
      return
    }
    const edited = this.#editing
    if (edited) {
      this.#stopEditing()
      if (text !== edited.text) this.#options.edit(edited, text)
      return
    }
    this.#write('')
    this.#typedMs = Number.NEGATIVE_INFINITY
    this.#options.send(text)
  }

  #stopEditing(): void {
    this.#editing = undefined
    this.#editingLine.hidden = true
    this.#write(this.#drafts.get(this.#channel) ?? '')
    this.#text.focus()
  }

  #input(): void {
    this.#fit()
    this.#showLeft()
    const nowMs = performance.now()
    if (this.#text.value === '' || this.#editing || nowMs - this.#typedMs < TYPING_EVERY_MS) return
    this.#typedMs = nowMs
    this.#options.typing()
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      this.#form.requestSubmit()
    } else if (event.key === 'Escape' && this.#editing) this.#stopEditing()
    else if (event.key === 'ArrowUp' && this.#text.value === '' && !event.altKey) {
      const last = this.#options.lastOwn()
      if (!last) return
      event.preventDefault()
      this.edit(last)
    }
  }

  #write(text: string): void {
    this.#text.value = text
    this.#names.close()
    this.#fit()
    this.#showLeft()
  }

  /** As high as its text, up to what the style allows. */
  #fit(): void {
    this.#text.style.height = 'auto'
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`
  }

  #showLeft(): void {
    const left = MAX_TEXT_CHARS - cleanText(this.#text.value).length
    this.#left.classList.toggle('over', left < 0)
    say(this.#left, left < 0 ? `${-left} characters too many` : left < TELL_LEFT_CHARS ? `${left} left` : '')
  }
}

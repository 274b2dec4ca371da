import { EMOTES, type Emote } from '../../../rooms/arena/events.ts'
import { element, make } from '../../page/element.ts'

export const EMOTE_WORDS: Readonly<Record<Emote, string>> = {
  hello: 'Hello!',
  nice: 'Nice one!',
  thanks: 'Thanks!',
  sorry: 'Sorry!',
  laugh: 'Ha ha!',
}

export interface ToolActions {
  share(): void
  emote(kind: Emote): void
  sound(): void
  network(): void
  leave(): void
  /** The scoreboard is to be opened or closed. */
  scores(open: boolean): void
}

/** Buttons and keys besides the fight itself. */
export function bindTools(actions: ToolActions, signal: AbortSignal): void {
  const emotes = element('#emotes')
  const sayEmote = (kind: Emote): void => {
    emotes.hidden = true
    actions.emote(kind)
  }
  emotes.replaceChildren(
    ...EMOTES.map((kind) => {
      const button = make('button', { text: EMOTE_WORDS[kind] })
      button.addEventListener('click', () => sayEmote(kind), { signal })
      return button
    }),
  )
  emotes.hidden = true
  const presses: Record<string, () => void> = {
    share: actions.share,
    emote: () => {
      emotes.hidden = !emotes.hidden
    },
    sound: actions.sound,
    network: actions.network,
    leave: actions.leave,
  }
  for (const [tool, press] of Object.entries(presses)) {
    const button = element(`[data-tool=${tool}]`)
    button.addEventListener(
      'click',
      () => {
        press()
        button.blur() // or the space bar would press it again instead of dashing
      },
      { signal },
    )
  }
  const keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const digit = /^Digit([1-5])$/.exec(event.code)?.[1]
    if (digit && !event.repeat) sayEmote(EMOTES[Number(digit) - 1]!)
    else if (event.code === 'KeyM' && !event.repeat) actions.sound()
    else if (event.code === 'KeyN' && !event.repeat) actions.network()
    else if (event.code === 'Tab') {
      event.preventDefault()
      actions.scores(true)
    }
  }
  addEventListener('keydown', keyDown, { signal })
  addEventListener('keyup', ({ code }) => code === 'Tab' && actions.scores(false), { signal })
}

/** The element of the page that a selector names; a typo shows at once and not in the middle of a match. */
export function element<E extends HTMLElement = HTMLElement>(
  selector: string,
  parent: ParentNode = document,
): E {
  const found = parent.querySelector<E>(selector)
  if (!found) throw new Error(`The page has no ${selector}.`)
  return found
}

/** Makes an element; text is set as text, whatever a player called themself. */
export function make(
  tag: string,
  options: { text?: string; class?: string } = {},
  ...children: Node[]
): HTMLElement {
  const made = document.createElement(tag)
  if (options.class !== undefined) made.className = options.class
  if (options.text !== undefined) made.textContent = options.text
  made.append(...children)
  return made
}

/** Sets text only where it changed: the browser lays out anew otherwise. */
export function say(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** Which world this page plays in, by its address: `?world=royale` is the large one. */
import { WORLDS, type WorldName } from '../../rooms/arena/world.ts'
import { say } from '../page/element.ts'

export const worldName: WorldName =
  new URLSearchParams(location.search).get('world') === 'royale' ? 'royale' : 'arena'
export const world = WORLDS[worldName]

/** Says in the page's own words which one it is: what differs stands in `data-royale`. */
export function nameThePage(): void {
  if (worldName === 'arena') return
  document.title = document.title.replace('Arena', 'Royale')
  document.body.dataset['world'] = worldName
  for (const element of document.querySelectorAll<HTMLElement>('[data-royale]'))
    say(element, element.dataset['royale']!)
  for (const crowd of document.querySelectorAll<HTMLElement>('[data-room]')) crowd.dataset['room'] = worldName
}

import type { Device } from '../../rooms/devices/state.ts'
import { element, make, say } from '../page/element.ts'
import type { DevicesClient } from './devices-client.ts'
import { settingsOf, spelledCommand, spelledReading, spelledSetting, spelledSince } from './words.ts'

/** Rows shown at most: beyond it nobody reads, and phones stutter. */
const MAX_ROWS = 200
const ALL = ''

interface Row {
  readonly root: HTMLElement
  readonly cells: readonly [device: HTMLElement, group: HTMLElement, ...HTMLElement[]]
}

/** The fleet: counts, groups to choose from, and a row a device that changes where it stands. */
export class FleetList {
  readonly #client: DevicesClient
  readonly #choose: (id: string) => void
  readonly #rows = new Map<string, Row>()
  readonly #body = element('#devices')
  readonly #search = element<HTMLInputElement>('#search')
  #group = ALL
  #order = ''

  constructor(client: DevicesClient, choose: (id: string) => void) {
    this.#client = client
    this.#choose = choose
    this.#body.replaceChildren()
    this.#search.oninput = () => this.show()
    element('#empty code').textContent =
      `export DEVICE_TOKEN=$(npx node rooms/devices/keys.ts device greenhouse-1)\npython3 rooms/devices/device.py ${location.origin.replace('https', 'wss')} greenhouse-1 --ca ca.pem`
  }

  /** Brings the list up to what the state says. @param chosen id of the device in the panel */
  show(chosen?: string): void {
    const { devices } = this.#client.state
    const all = [...devices.entries()].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    const wanted = this.#search.value.trim().toLowerCase()
    const found = all.filter(
      ([id, { group }]) =>
        (this.#group === ALL || group === this.#group) && id.toLowerCase().includes(wanted),
    )
    this.#count(all.map(([, device]) => device))
    this.#offerGroups(all.map(([, { group }]) => group))
    element('#empty').hidden = all.length > 0
    for (const part of ['table', '.tools', '#counts']) element(part).hidden = all.length === 0
    const shown = found.slice(0, MAX_ROWS)
    this.#place(shown.map(([id]) => id))
    for (const [id, device] of shown) this.#fill(id, device, id === chosen)
    const more = element('#more')
    more.hidden = all.length === 0 || (found.length > 0 && found.length <= MAX_ROWS)
    say(more, found.length === 0 ? 'No device is called so here.' : `and ${found.length - MAX_ROWS} more`)
  }

  #count(devices: readonly Device[]): void {
    const online = devices.filter((device) => device.online).length
    const differ = devices.filter(({ inSync }) => !inSync).length
    const facts = [
      ['online', `${online} online`],
      ['away', `${devices.length - online} offline`],
      ['differ', differ === 0 ? 'all as wanted' : `${differ} not as wanted`],
    ] as const
    const list = element('#counts')
    if (list.childElementCount === 0) list.append(...facts.map(([kind]) => make('li', { class: kind })))
    for (const [index, [, text]] of facts.entries()) say(list.children[index] as HTMLElement, text)
    list.dataset['differ'] = String(differ)
  }

  #offerGroups(groups: readonly string[]): void {
    const counts = new Map<string, number>([[ALL, groups.length]])
    for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1)
    if (!counts.has(this.#group)) this.#group = ALL
    const order = [...counts].sort(([a], [b]) => a.localeCompare(b))
    const nav = element('#groups')
    const looks = JSON.stringify([order, this.#group])
    if (nav.dataset['looks'] === looks) return
    nav.dataset['looks'] = looks
    nav.replaceChildren(
      ...order.map(([group, count]) => {
        const button = make('button', { text: `${group || 'All'} ${count}` })
        button.setAttribute('aria-pressed', String(group === this.#group))
        button.onclick = () => {
          this.#group = group
          this.show()
        }
        return button
      }),
    )
  }

  /** Puts the rows in order; most of the time nothing has changed. */
  #place(ids: readonly string[]): void {
    const order = ids.join()
    if (order === this.#order) return
    this.#order = order
    this.#body.replaceChildren(...ids.map((id) => this.#row(id).root))
  }

  #row(id: string): Row {
    const known = this.#rows.get(id)
    if (known) return known
    const opener = make('button', { text: id, class: 'name' })
    const since = make('small')
    const device = make('td', {}, opener, since)
    const cells = ['group', 'readings', 'settings', 'command'].map((kind) => make('td', { class: kind }))
    const root = make('tr', {}, device, ...cells)
    root.onclick = () => this.#choose(id)
    const row: Row = { root, cells: [since, ...(cells as [HTMLElement])] }
    this.#rows.set(id, row)
    return row
  }

  #fill(id: string, device: Device, chosen: boolean): void {
    const { root, cells } = this.#row(id)
    const [since, group, readings, settings, command] = cells
    root.dataset['online'] = String(device.online)
    root.dataset['chosen'] = String(chosen)
    say(since, `${device.online ? 'online' : 'offline'} for ${spelledSince(device, Date.now())}`)
    say(group, device.group)
    const values = [...device.readings.entries()].map(([name, value]) => spelledReading(name, value))
    say(readings!, values.join(' · '))
    const first = settingsOf(device).slice(0, 2)
    const differing = first.filter(({ differs }) => differs)
    settings!.dataset['differs'] = String(!device.inSync)
    const says = device.inSync
      ? first.map(({ name }) => `${name} ${spelledSetting(device.reported.get(name))}`)
      : differing.map(({ name }) => `${name} → ${spelledSetting(device.desired.get(name))}`)
    say(settings!, says.map((text) => text.replaceAll(' ', '\u00a0')).join(' · '))
    command!.dataset['state'] = device.commandState
    say(command!, spelledCommand(device))
  }
}

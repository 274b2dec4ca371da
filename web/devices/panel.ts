import type { Device } from '../../rooms/devices/state.ts'
import { GROUP_PATTERN, GROUP_WORDS, NAME_PATTERN, NAME_WORDS } from '../../rooms/devices/tuning.ts'
import { element, make, say } from '../page/element.ts'
import type { DevicesClient } from './devices-client.ts'
import {
  readSetting,
  settingsOf,
  spelledCommand,
  spelledReading,
  spelledSetting,
  spelledSince,
} from './words.ts'

interface PanelOptions {
  readonly client: DevicesClient
  readonly id: string
  close(): void
}

type Answer = { accepted: true } | { accepted: false; message: string }

/** One device: its values, what is wanted of it, and what it is told to do. */
export class DevicePanel {
  readonly id: string
  readonly #client: DevicesClient
  readonly #root = element('#panel')
  readonly #since = make('p', { class: 'since' })
  readonly #readings = make('dl', { class: 'readings' })
  readonly #settings = make('tbody')
  readonly #version = make('p', { class: 'quiet' })
  readonly #command = make('p', { class: 'outcome' })
  readonly #said = make('p', { class: 'said' })

  constructor({ client, id, close }: PanelOptions) {
    this.#client = client
    this.id = id
    this.#said.setAttribute('role', 'status')
    this.#command.setAttribute('aria-live', 'polite')
    const closer = make('button', { text: '×', class: 'close' })
    closer.setAttribute('aria-label', 'Close')
    closer.onclick = close
    const heads = ['Setting', 'Wanted', 'Reported'].map((text) => make('th', { text }))
    this.#root.replaceChildren(
      make('header', {}, make('div', {}, make('h2', { text: id }), this.#since), closer),
      this.#readings,
      make('h3', { text: 'Settings' }),
      make('table', {}, make('thead', {}, make('tr', {}, ...heads)), this.#settings),
      this.#version,
      this.#wantForm(),
      make('h3', { text: 'Command' }),
      this.#commandForm(),
      this.#command,
      make('h3', { text: 'Group' }),
      this.#groupForm(),
    )
    this.#root.hidden = false
    closer.focus({ preventScroll: true })
    this.show()
  }

  get device(): Device | undefined {
    return this.#client.state.devices.get(this.id)
  }

  show(): void {
    const { device } = this
    if (!device) return
    this.#root.dataset['online'] = String(device.online)
    say(this.#since, `${device.online ? 'online' : 'offline'} for ${spelledSince(device, Date.now())}`)
    this.#showReadings(device)
    this.#showSettings(device)
    const taken =
      device.version === device.reportedVersion
        ? 'taken up by the device'
        : `the device is at ${device.reportedVersion}`
    const wanted = `Version ${device.version} of what is wanted, ${taken}.`
    say(this.#version, device.version === 0 ? 'Nothing is wanted of it yet.' : wanted)
    this.#command.dataset['state'] = device.commandState
    say(this.#command, spelledCommand(device))
  }

  #showReadings({ readings }: Device): void {
    const names = [...readings.keys()]
    if (this.#readings.dataset['names'] !== names.join()) {
      this.#readings.dataset['names'] = names.join()
      this.#readings.replaceChildren(
        ...names.map((name) => make('div', {}, make('dt', { text: name }), make('dd'))),
      )
    }
    for (const [index, name] of names.entries())
      say(
        this.#readings.children[index]!.lastElementChild as HTMLElement,
        spelledReading(name, readings.get(name)!),
      )
  }

  #showSettings(device: Device): void {
    const looks = JSON.stringify([[...device.desired.entries()], [...device.reported.entries()]])
    if (this.#settings.dataset['looks'] === looks) return
    this.#settings.dataset['looks'] = looks
    const rows = settingsOf(device).map(({ name, differs }) => {
      const cells = [
        name,
        spelledSetting(device.desired.get(name)),
        spelledSetting(device.reported.get(name)),
      ]
      const row = make('tr', {}, ...cells.map((text) => make('td', { text })))
      row.dataset['differs'] = String(differs)
      return row
    })
    const none = make('td', { text: 'Nothing is wanted of it, and it has reported nothing.' })
    none.setAttribute('colspan', '3')
    this.#settings.replaceChildren(...(rows.length > 0 ? rows : [make('tr', {}, none)]))
  }

  #wantForm(): HTMLElement {
    const [name, value] = [field('setting', 'lamp'), field('value', 'on')]
    const all = make('input') as HTMLInputElement
    all.type = 'checkbox'
    all.name = 'all'
    const whole = make('label', { class: 'check' }, all, make('span', { text: 'for its whole group' }))
    ask(name, NAME_PATTERN, NAME_WORDS)
    value.title = 'Empty: no longer wanted'
    return this.#form([name, value, submit('Want')], [whole], async () => {
      const devices = all.checked ? this.#group() : [this.id]
      const changes = { [name.value.trim()]: value.value.trim() === '' ? null : readSetting(value.value) }
      await this.#ask(() => this.#client.request('want', { devices, changes }), 'Wanted.')
    })
  }

  #commandForm(): HTMLElement {
    const [name, argument] = [field('command', 'blink'), field('argument', 'twice')]
    name.value = 'blink'
    ask(name, NAME_PATTERN, NAME_WORDS)
    return this.#form([name, argument, submit('Send')], [], async () => {
      const order = { device: this.id, name: name.value.trim(), argument: argument.value }
      await this.#ask(() => this.#client.request('command', order), 'Sent; the device has 10 s to answer.')
    })
  }

  #groupForm(): HTMLElement {
    const group = field('group', 'roof')
    group.value = this.device?.group ?? ''
    ask(group, GROUP_PATTERN, GROUP_WORDS)
    return this.#form([group, submit('Move')], [], async () => {
      const devices = [this.id]
      await this.#ask(() => this.#client.request('group', { devices, group: group.value.trim() }), 'Moved.')
    })
  }

  #group(): string[] {
    const group = this.device?.group
    return [...this.#client.state.devices.entries()]
      .filter(([, one]) => one.group === group)
      .map(([id]) => id)
  }

  /** Below the form stands what came of it. */
  #form(row: HTMLElement[], below: HTMLElement[], act: () => Promise<void>): HTMLElement {
    const made = make('form', {}, make('div', { class: 'row' }, ...row), ...below)
    made.onsubmit = (event) => {
      event.preventDefault()
      say(this.#said, '')
      made.append(this.#said)
      void act()
    }
    return made
  }

  async #ask(request: () => Promise<Answer>, done: string): Promise<void> {
    let said = done
    let failed = false
    try {
      const answer = await request()
      if (!answer.accepted) [said, failed] = [answer.message, true]
    } catch (error) {
      ;[said, failed] = [(error as Error).message, true]
    }
    this.#said.dataset['failed'] = String(failed)
    say(this.#said, said)
  }
}

function field(name: string, placeholder: string): HTMLInputElement {
  const input = make('input') as HTMLInputElement
  Object.assign(input, { name, placeholder, autocomplete: 'off', spellcheck: false })
  input.setAttribute('aria-label', name)
  input.setAttribute('autocapitalize', 'none')
  return input
}

/** The browser says what is wrong with a field before anything is sent. */
function ask(input: HTMLInputElement, pattern: string, title: string): void {
  Object.assign(input, { required: true, pattern, title })
}

function submit(text: string): HTMLElement {
  return make('button', { text, class: 'primary' })
}

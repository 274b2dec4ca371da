import { connect } from '../../client-sdk/index.ts'
import type { server } from '../../server.ts'
import { element, say } from '../page/element.ts'
import { joinAgain } from '../page/join-again.ts'
import { hideTrouble, known, RECONNECTING, showBanner, showTrouble, watchNetwork } from '../page/trouble.ts'
import type { DevicesClient } from './devices-client.ts'
import { FleetList } from './list.ts'
import { DevicePanel } from './panel.ts'

/** In this tab only: whoever has the key operates the fleet. */
const KEY = 'devices.key'

let list: FleetList | undefined
let panel: DevicePanel | undefined
/** What the keyboard was at before the panel opened. */
let before: Element | null = null

function setStatus(status: 'loading' | 'entrance' | 'open' | 'reconnecting' | 'closed'): void {
  document.body.dataset['status'] = status
  element('#entrance').hidden = status !== 'entrance'
  element('#fleet').hidden = status === 'entrance' || status === 'loading'
}

/** @param again whether to wait until the server can be reached again */
async function join(again = false): Promise<void> {
  const token = sessionStorage.getItem(KEY)
  try {
    const fairground = connect<typeof server>(undefined, token ? { token } : {})
    const come = () => fairground.joinOrCreate('devices', { role: 'operator' })
    operate(await (again ? joinAgain(come) : come()))
  } catch (thrown) {
    const error = known(thrown)
    if (error.code === 'AUTH_FAILED') askForKey(token !== null)
    else showTrouble('The fleet is out of reach', error, [{ label: 'Try again', act: () => void join() }])
  }
}

function askForKey(wrong: boolean): void {
  sessionStorage.removeItem(KEY)
  setStatus('entrance')
  showBanner()
  hint(wrong ? 'That is not the key.' : '')
  element<HTMLButtonElement>('#entrance button').disabled = false
  element<HTMLInputElement>('#key').select()
}

function hint(problem: string): void {
  say(element('#key-hint'), problem)
  element('#key').ariaInvalid = problem === '' ? null : 'true'
}

function operate(client: DevicesClient): void {
  hideTrouble()
  showBanner()
  setStatus('open')
  list = new FleetList(client, (id) => choose(client, id))
  client.onPatch(show)
  const timer = setInterval(show, 1000)
  client.onStatus((status, reason) => {
    const back = status === 'closed' && reason?.retry === 'later'
    showBanner(status === 'reconnecting' || back ? RECONNECTING : undefined)
    setStatus(back ? 'reconnecting' : status)
    if (status !== 'closed') return
    clearInterval(timer)
    close()
    if (back) void join(true)
    else if (reason)
      showTrouble('The connection is over', reason, [{ label: 'Join again', act: () => void join() }])
  })
  show()
}

function show(): void {
  if (panel && !panel.device) close()
  list?.show(panel?.id)
  panel?.show()
}

function choose(client: DevicesClient, id: string): void {
  if (!panel) before = document.activeElement
  panel = new DevicePanel({ client, id, close })
  document.body.dataset['panel'] = 'open'
  show()
}

function close(): void {
  if (!panel) return
  panel = undefined
  element('#panel').hidden = true
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  delete document.body.dataset['panel']
  list?.show()
}

element('#entrance form').addEventListener('submit', (event) => {
  event.preventDefault()
  const key = element<HTMLInputElement>('#key').value.trim()
  hint(key === '' ? 'Enter the key first.' : '')
  if (key === '') return
  element<HTMLButtonElement>('#entrance button').disabled = true
  sessionStorage.setItem(KEY, key)
  void join()
})
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && panel) close()
})
watchNetwork('You are offline. What you see is from before.', () => document.body.dataset['status'])
void join()

import { connect, FairgroundError } from '../../client-sdk/index.ts'
import type { server } from '../../server.ts'
import { element, say } from '../page/element.ts'
import { hideTrouble, showBanner, showTrouble } from '../page/trouble.ts'
import type { DevicesClient } from './devices-client.ts'
import { FleetList } from './list.ts'
import { DevicePanel } from './panel.ts'

/** In this tab only: whoever has the key operates the fleet. */
const KEY = 'devices.key'

let list: FleetList | undefined
let panel: DevicePanel | undefined

function setStatus(status: 'loading' | 'entrance' | 'open' | 'reconnecting' | 'closed'): void {
  document.body.dataset['status'] = status
  element('#entrance').hidden = status !== 'entrance'
  element('#fleet').hidden = status === 'entrance' || status === 'loading'
}

async function join(): Promise<void> {
  const token = sessionStorage.getItem(KEY)
  try {
    operate(
      await connect<typeof server>(undefined, token ? { token } : {}).joinOrCreate('devices', {
        role: 'operator',
      }),
    )
  } catch (thrown) {
    const error = known(thrown)
    if (error.code === 'AUTH_FAILED') askForKey(token !== null)
    else showTrouble('The fleet is out of reach', error, [{ label: 'Try again', act: () => void join() }])
  }
}

function askForKey(wrong: boolean): void {
  sessionStorage.removeItem(KEY)
  setStatus('entrance')
  say(element('#key-hint'), wrong ? 'That is not the key.' : '')
  element<HTMLInputElement>('#key').focus()
}

function operate(client: DevicesClient): void {
  hideTrouble()
  setStatus('open')
  list = new FleetList(client, (id) => choose(client, id))
  client.onPatch(show)
  const timer = setInterval(show, 1000)
  client.onStatus((status, reason) => {
    if (status === 'reconnecting') showBanner('Connection lost. Reconnecting…')
    else showBanner()
    setStatus(status)
    if (status !== 'closed') return
    clearInterval(timer)
    close()
    showTrouble('The connection is over', known(reason), [{ label: 'Join again', act: () => void join() }])
  })
  show()
}

function show(): void {
  if (panel && !panel.device) close()
  list?.show(panel?.id)
  panel?.show()
}

function choose(client: DevicesClient, id: string): void {
  panel = new DevicePanel({ client, id, close })
  document.body.dataset['panel'] = 'open'
  show()
}

function close(): void {
  panel = undefined
  element('#panel').hidden = true
  delete document.body.dataset['panel']
  list?.show()
}

function known(thrown: unknown): FairgroundError {
  return thrown instanceof FairgroundError ? thrown : new FairgroundError('INTERNAL', { cause: thrown })
}

element('#entrance form').addEventListener('submit', (event) => {
  event.preventDefault()
  sessionStorage.setItem(KEY, element<HTMLInputElement>('#key').value.trim())
  void join()
})
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && panel) close()
})
void join()

import { connect, type FairgroundError } from '../../client-sdk/index.ts'
import type { server } from '../../server.ts'
import { element } from '../page/element.ts'
import { Entrance } from '../page/entrance.ts'
import { joinAgain } from '../page/join-again.ts'
import { hideTrouble, known, showBanner, showTrouble } from '../page/trouble.ts'
import type { ChatClient } from './chat-client.ts'
import { exposeForTests } from './debug.ts'
import { PERSON_NAME } from './name.ts'
import { offerRename } from './rename.ts'
import { Session } from './session.ts'

type Status = 'loading' | 'entrance' | 'joining' | 'in' | 'reconnecting' | 'ended'

const query = new URLSearchParams(location.search)
const fairground = connect<typeof server>()
const entrance = new Entrance({ name: PERSON_NAME, enter: (name) => void join(name) })
const page = element('#chat')
let session: Session | undefined
/** Under which name to come back when the server restarted. */
let personName = query.get('name') ?? ''

const OFFLINE = 'No connection. What you write is sent when it is back.'

function setStatus(status: Status): void {
  document.body.dataset['status'] = status
}

function enter(): void {
  page.hidden = true
  setStatus('entrance')
  entrance.show()
}

async function join(name: string): Promise<void> {
  personName = name
  setStatus('joining')
  entrance.busy(true)
  try {
    await open(await fairground.joinOrCreate('chat', { name }))
  } catch (error) {
    enter()
    showTrouble('You are not in yet', known(error), [
      { label: 'Try again', act: () => void join(name) },
      { label: 'Back', act: enter },
    ])
  }
}

async function open(room: ChatClient): Promise<void> {
  session?.stop()
  const opened = new Session(room)
  session = opened
  room.onStatus((status, reason) => {
    if (status === 'reconnecting') {
      setStatus('reconnecting')
      showBanner(OFFLINE)
    } else if (status === 'open') void back(opened)
    else end(reason)
  })
  entrance.hide()
  page.hidden = false
  await opened.begin()
  personName = opened.you.name
  setStatus('in')
  showBanner()
}

/** The same session goes on: a connection that breaks again at once tells by the status. */
async function back(opened: Session): Promise<void> {
  try {
    await opened.catchUp()
  } catch (error) {
    known(error)
    return
  }
  setStatus('in')
  showBanner()
}

/** The stay is over: by the person's own wish, for a reason that is told, or until the server can be reached again. */
function end(reason: FairgroundError | undefined): void {
  if (!reason) {
    session?.stop()
    session = undefined
    showBanner()
    enter()
  } else if (reason.retry === 'later') void comeBack()
  else {
    session?.stop()
    session = undefined
    showBanner()
    setStatus('ended')
    showTrouble('You are out of the chat', reason, [{ label: 'Back to the entrance', act: enter }])
  }
}

/** Joins again as soon as the server lets us. The page stays as it is meanwhile, and takes what is written. */
async function comeBack(): Promise<void> {
  setStatus('reconnecting')
  showBanner(OFFLINE)
  let room: ChatClient
  try {
    room = await joinAgain(() => fairground.joinOrCreate('chat', { name: personName }))
  } catch (error) {
    end(known(error))
    return
  }
  try {
    await open(room)
  } catch (error) {
    const reason = known(error)
    // A connection that breaks again meanwhile tells by its status, which leads here.
    if (reason.code !== 'NOT_CONNECTED' && reason.code !== 'CONNECTION_LOST') end(reason)
  }
}

/** After a reload the same session goes on; with `?name=` in the address one is in at once. */
async function start(): Promise<void> {
  try {
    const room = await fairground.resume('chat')
    if (room) {
      await open(room)
      return
    }
  } catch (error) {
    const reason = known(error)
    showTrouble('Your session could not go on', reason, [{ label: 'Back to the entrance', act: enter }])
    return
  }
  const name = query.get('name')
  if (name) await join(name)
  else enter()
}

offerRename(() => session)
element('#leave').addEventListener('click', () => void session?.room.leave())
addEventListener('offline', () => showBanner(OFFLINE))
addEventListener('online', () => {
  if (session?.room.status === 'open') showBanner()
  if (session === undefined) hideTrouble()
})
exposeForTests(() => session)
void start()

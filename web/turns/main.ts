import { connect, type FairgroundError } from '../../client-sdk/index.ts'
import { readCode, spacedCode } from '../../rooms/turns/codes.ts'
import type { server } from '../../server.ts'
import { element, say } from '../page/element.ts'
import {
  hideTrouble,
  known,
  RECONNECTING,
  showBanner,
  showTrouble,
  type Way as WayOn,
  watchNetwork,
} from '../page/trouble.ts'
import { ask, showRules } from './asking.ts'
import { exposeForTests } from './debug.ts'
import { Entrance, type Way } from './entrance.ts'
import { Game } from './game.ts'
import { copyLink, shareLink, showCode } from './invitation.ts'
import { seenBy } from './seen.ts'
import { forgetTable, leaveAddress, rememberedTable, rememberTable } from './table-memory.ts'
import type { TurnsClient } from './turns-client.ts'

type Status = 'loading' | 'entrance' | 'joining' | 'waiting' | 'playing' | 'over' | 'reconnecting' | 'ended'

const fairground = connect<typeof server>()
const entrance = new Entrance((name, way) => void join(name, way))
const invited = readCode(new URLSearchParams(location.search).get('code') ?? '')
let room: TurnsClient | undefined
let game: Game | undefined

function setStatus(status: Status): void {
  document.body.dataset['status'] = status
}

function enter(options: Parameters<Entrance['show']>[0] = {}): void {
  setStatus('entrance')
  for (const screen of ['#waiting', '#game']) element(screen).hidden = true
  entrance.show({ left: rememberedTable(), ...options })
}

async function join(name: string, way: Way): Promise<void> {
  setStatus('joining')
  entrance.busy(true)
  try {
    play(await findTable(name, way))
  } catch (error) {
    const reason = known(error)
    if (way.kind === 'code' && reason.code === 'ROOM_NOT_FOUND') noSuchTable(way.code)
    else refuse(reason, { label: 'Try again', act: () => void join(name, way) })
  }
}

function findTable(name: string, way: Way): Promise<TurnsClient> {
  if (way.kind === 'code') return fairground.joinById('turns', way.code, { name })
  if (way.kind === 'anyone') return fairground.joinOrCreate('turns', { name })
  return fairground.create('turns', { name, private: true })
}

function noSuchTable(code: string): void {
  if (rememberedTable() === code) forgetTable()
  enter()
  entrance.refuseCode(
    `There is no table ${spacedCode(code)}. Is it spelled right? Tables close when nobody comes.`,
    code,
  )
}

function refuse(reason: FairgroundError, again: WayOn): void {
  enter()
  const title = reason.code === 'ROOM_FULL' ? 'The table is full' : 'You are not at a table yet'
  showTrouble(title, reason, [again, { label: 'Back', act: () => enter() }])
}

function play(joined: TurnsClient): void {
  room = joined
  entrance.hide()
  hideTrouble()
  rememberTable(joined.id, seenBy(joined).ownSeat !== undefined)
  game?.stop()
  game = new Game(joined, leave)
  joined.onPatch(show)
  joined.onStatus((status, reason) => {
    if (status === 'reconnecting') {
      setStatus('reconnecting')
      showBanner(RECONNECTING)
    } else if (status === 'open') {
      showBanner()
      show()
    } else end(joined, reason)
  })
  show()
}

/** Shows what the table is at: waiting for somebody, or the game. */
function show(): void {
  if (!room || room.status === 'closed') return
  const { phase, open } = room.state
  if (room.status === 'open') setStatus(phase)
  const waiting = phase === 'waiting'
  element('#waiting').hidden = !waiting
  element('#game').hidden = waiting
  document.title = seenBy(room).ownTurn ? '● Your turn · Five Tents' : 'Five Tents · Fairground'
  if (!waiting) game?.show()
  else if (element('#waiting').dataset['code'] !== room.id) {
    element('#waiting').dataset['code'] = room.id
    showCode(room.id)
    element('#waiting [data-do=share]').hidden = !('share' in navigator)
    say(
      element('#waiting .lead'),
      open
        ? 'Waiting for somebody to come. Or read this code to a friend.'
        : 'Read this code to a friend, or send the link.',
    )
  }
}

/** A match that is on keeps the player's place. */
function leave(): void {
  if (room?.state.phase === 'playing') leaveAddress()
  else forgetTable()
  void room?.leave()
}

/** The stay is over: by the player's own wish, or for a reason that is told. */
function end(left: TurnsClient, reason: FairgroundError | undefined): void {
  if (left !== room) return
  game?.stop()
  room = game = undefined
  element('#waiting').dataset['code'] = ''
  showBanner()
  if (!reason) enter()
  else if (reason.code === 'CONNECTION_LOST') void comeBack(left.id)
  else farewell(left.id, reason)
}

function farewell(code: string, reason: FairgroundError): void {
  setStatus('ended')
  const back: WayOn = { label: 'Back to the entrance', act: () => enter() }
  const here: WayOn = { label: 'Play here', act: () => void comeBack(code) }
  const elsewhere = reason.code === 'SESSION_TAKEN_OVER'
  if (!elsewhere) forgetTable()
  showTrouble(
    elsewhere ? 'You play elsewhere' : 'The table is gone',
    reason,
    elsewhere ? [here, back] : [back],
  )
}

/** Takes the place at a table again, under the name that the table knows. */
async function comeBack(code: string): Promise<void> {
  const name = element<HTMLInputElement>('#name').value || 'Player'
  await join(name, { kind: 'code', code })
}

/** A reload goes on with the session, a browser that was closed with the place at the table. */
async function start(): Promise<void> {
  try {
    const resumed = await fairground.resume('turns')
    if (resumed) return play(resumed)
  } catch (error) {
    return refuse(known(error), { label: 'Try again', act: () => void start() })
  }
  if (invited !== undefined && invited === rememberedTable()) await comeBack(invited)
  else enter({ invited })
}

function onClick(action: string, act: (room: TurnsClient) => void): void {
  for (const button of document.querySelectorAll(`[data-do=${action}]`))
    button.addEventListener('click', () => room && act(room))
}

onClick('copy', ({ id }) => void copyLink(id))
onClick('share', ({ id }) => void shareLink(id))
onClick('leave', leave)
onClick('rules', showRules)
onClick('resign', (table) =>
  ask('Give this match to the other one?', 'Resign', () => void table.request('resign', {}).catch(() => {})),
)
watchNetwork('You are offline. Your place is kept.', () => room?.status)
exposeForTests(() => room)
void start()

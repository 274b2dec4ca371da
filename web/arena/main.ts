import { connect, type FairgroundError } from '../../client-sdk/index.ts'
import type { server } from '../../server.ts'
import { element } from '../page/element.ts'
import { Entrance } from '../page/entrance.ts'
import { joinAgain } from '../page/join-again.ts'
import { hideTrouble, known, showBanner, showTrouble } from '../page/trouble.ts'
import type { ArenaClient } from './arena-client.ts'
import { exposeForTests } from './debug.ts'
import { Ground } from './draw/ground.ts'
import { Stage } from './draw/stage.ts'
import { Game } from './game.ts'
import { anyName, FIGHTER_NAME } from './names.ts'
import { nameThePage, worldName } from './place.ts'
import { Sounds } from './sound.ts'

type Status = 'loading' | 'entrance' | 'joining' | 'playing' | 'reconnecting' | 'ended'

nameThePage()
const query = new URLSearchParams(location.search)
const fairground = connect<typeof server>()
const stage = new Stage(element<HTMLCanvasElement>('#stage'))
const ground = new Ground()
const sounds = new Sounds()
const entrance = new Entrance({
  name: FIGHTER_NAME,
  proposal: anyName(),
  enter: (name) => void join(name),
})
let game: Game | undefined
/** Under which name to come back when the server restarted. */
let playerName = query.get('name') ?? ''

function setStatus(status: Status): void {
  document.body.dataset['status'] = status
}

function enter(): void {
  setStatus('entrance')
  entrance.show()
}

/** Joins the match of an invitation (`?room=`), else any open one. */
async function join(name: string): Promise<void> {
  playerName = name
  setStatus('joining')
  entrance.busy(true)
  const roomId = query.get('room')
  try {
    play(
      roomId
        ? await fairground.joinById(worldName, roomId, { name })
        : await fairground.joinOrCreate(worldName, { name }),
    )
  } catch (error) {
    enter()
    const again = { label: 'Try again', act: () => void join(name) }
    const elsewhere = {
      label: 'Join another match',
      act: () => {
        query.delete('room')
        void join(name)
      },
    }
    const back = { label: 'Back', act: enter }
    showTrouble('You are not in yet', known(error), roomId ? [elsewhere, again, back] : [again, back])
  }
}

function play(room: ArenaClient): void {
  entrance.hide()
  playerName ||= room.state.fighters.get(room.sessionId)?.name ?? ''
  game = new Game({ room, stage, ground, sounds })
  setStatus('playing')
  stage.element.focus()
  room.onStatus((status, reason) => {
    if (status === 'reconnecting') {
      setStatus('reconnecting')
      showBanner('Connection lost. Reconnecting…')
    } else if (status === 'open') {
      setStatus('playing')
      showBanner()
    } else end(reason)
  })
}

/** The stay is over: by the player's own wish, or for a reason that is told. */
function end(reason: FairgroundError | undefined): void {
  game?.stop()
  game = undefined
  showBanner()
  if (!reason) enter()
  else if (reason.code === 'SERVER_SHUTTING_DOWN') void comeBack()
  else farewell(reason)
}

/** Joins again as soon as the restarted server lets us. */
async function comeBack(): Promise<void> {
  setStatus('reconnecting')
  showBanner('The server restarts. You are back in a moment…')
  try {
    const room = await joinAgain(() => fairground.joinOrCreate(worldName, { name: playerName }))
    showBanner()
    play(room)
  } catch (error) {
    showBanner()
    farewell(known(error))
  }
}

function farewell(reason: FairgroundError): void {
  setStatus('ended')
  showTrouble('The match is over for you', reason, [{ label: 'Back to the entrance', act: enter }])
}

/** After a reload the match goes on; with `?name=` in the address it starts at once. */
async function start(): Promise<void> {
  try {
    const room = await fairground.resume(worldName)
    if (room) {
      play(room)
      return
    }
  } catch (error) {
    showTrouble('Your match could not be resumed', known(error), [
      { label: 'Back to the entrance', act: enter },
    ])
    return
  }
  const name = query.get('name')
  if (name) await join(name)
  else enter()
}

function frame(nowMs: number): void {
  if (game) game.frame(nowMs)
  else {
    stage.camera.wander(nowMs)
    stage.begin(nowMs)
    ground.draw(stage.context, stage.camera, stage.pixelRatio)
  }
  requestAnimationFrame(frame)
}

addEventListener('offline', () => showBanner('You are offline. Your place is kept for a moment.'))
addEventListener('online', () => {
  showBanner(game?.room.status === 'reconnecting' ? 'Connection lost. Reconnecting…' : undefined)
  if (game === undefined) hideTrouble()
})
exposeForTests(() => game)
requestAnimationFrame(frame)
void start()

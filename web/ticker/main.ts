import { connect, FairgroundError, type Room } from '../../client-sdk/index.ts'
import type { TickerRoom } from '../../rooms/ticker/room.ts'
import type { Snapshot } from '../../rooms/ticker/simulation.ts'
import { MAX_WATCHED } from '../../rooms/ticker/tuning.ts'
import { readBulletin } from '../../rooms/ticker/wire.ts'
import type { server } from '../../server.ts'
import { element, make, say } from '../page/element.ts'
import { joinAgain } from '../page/join-again.ts'
import { known, RECONNECTING, showBanner, showTrouble, watchNetwork } from '../page/trouble.ts'
import { drawLine } from './line.ts'
import { SymbolRow } from './symbol-row.ts'

const KEY = 'ticker.watched'
const FIRST = ['BABA0', 'CORB1', 'DELB2', 'FENB3', 'GARB4', 'LIO-HAR', 'MIL-TOW']
const SEARCH_AFTER_MS = 150

const rows = new Map<number, SymbolRow>()
let shown: SymbolRow | undefined
let room: Room<TickerRoom>

const fairground = connect<typeof server>()
const come = () => fairground.joinOrCreate('ticker')

async function start(): Promise<void> {
  await open(await come())
  setInterval(advance, 1_000)
  const text = element<HTMLInputElement>('#text')
  let timer: ReturnType<typeof setTimeout> | undefined
  text.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => ask(find(text.value)), SEARCH_AFTER_MS)
  })
  element<HTMLFormElement>('#finder form').addEventListener('submit', (event) => {
    event.preventDefault()
    ask(find(text.value))
  })
}

async function open(joined: Room<TickerRoom>): Promise<void> {
  room = joined
  rows.clear()
  shown = undefined
  room.on('bulletin', (bytes) => {
    for (const { id, values } of readBulletin(bytes).news) rows.get(id)?.update(values)
    if (shown) say(element('#chart-value'), shown.now)
  })
  room.onStatus((status, error) => {
    if (status === 'open') back()
    else if (status === 'reconnecting' || error?.retry === 'later') away()
    if (status === 'closed' && error) void end(error)
  })
  for (const field of ['live', 'silentFeeds', 'watchers', 'symbols'] as const) room.onChange(field, showLive)
  await watch(remembered())
  await find(element<HTMLInputElement>('#text').value)
}

function away(): void {
  document.body.dataset['status'] = 'reconnecting'
  say(element('#live'), 'connecting …')
  showBanner(RECONNECTING)
}

function back(): void {
  showBanner()
  showLive()
}

/** Watches on as soon as the server lets us; what only waiting does not mend is told. */
async function end(reason: FairgroundError): Promise<void> {
  try {
    if (reason.retry !== 'later') throw reason
    const joined = await joinAgain(come)
    ask(open(joined).then(back)) // where that breaks off, the status leads here again
  } catch (error) {
    stopped(known(error))
  }
}

/** What somebody asked for. A connection that is lost meanwhile tells itself. */
function ask(work: Promise<void>): void {
  work.catch((error: unknown) => {
    if (known(error).retry !== 'later' && known(error).code !== 'NOT_CONNECTED') throw error
  })
}

function showLive(): void {
  if (room.status !== 'open') return
  const { live, silentFeeds, watchers, symbols } = room.state
  document.body.dataset['status'] = live ? 'live' : 'silent'
  const crowd = watchers === 1 ? 'you are alone' : `${watchers} are watching`
  say(
    element('#live'),
    live ? `live · ${symbols} symbols · ${crowd}` : `no news of ${silentFeeds} at the moment`,
  )
}

/** Watches these. Rows that stay keep what they have drawn; a symbol that is gone since the last visit is left out. */
async function watch(symbols: readonly string[]): Promise<void> {
  let snapshots: Snapshot[]
  try {
    snapshots = await room.request('watch', [...symbols])
  } catch (error) {
    if (!(error instanceof FairgroundError) || error.code !== 'REQUEST_REFUSED') throw error
    snapshots = await room.request('watch', [])
  }
  localStorage.setItem(KEY, JSON.stringify(snapshots.map(({ symbol }) => symbol)))
  for (const id of rows.keys()) if (!snapshots.some((snapshot) => snapshot.id === id)) rows.delete(id)
  for (const snapshot of snapshots) {
    if (rows.has(snapshot.id)) continue
    const row = new SymbolRow(snapshot, { show: () => show(row), drop: () => ask(drop(row)) })
    rows.set(snapshot.id, row)
  }
  element('#rows').replaceChildren(...[...rows.values()].map((row) => row.element))
  element('#nothing').hidden = rows.size > 0
  say(element('#full'), '')
  show(shown && [...rows.values()].includes(shown) ? shown : rows.values().next().value)
}

function show(row: SymbolRow | undefined): void {
  shown?.element.classList.remove('shown')
  shown = row
  row?.element.classList.add('shown')
  element('#chart').hidden = row === undefined
  if (!row) return
  say(element('#chart-name'), row.title)
  say(element('#chart-value'), row.now)
  drawLine(element<HTMLCanvasElement>('#chart-line'), row.history)
}

async function drop(row: SymbolRow): Promise<void> {
  await watch([...rows.values()].filter((one) => one !== row).map(({ symbol }) => symbol))
  await find(element<HTMLInputElement>('#text').value)
}

function advance(): void {
  if (room.status !== 'open') return
  for (const row of rows.values()) row.advance()
  if (shown) drawLine(element<HTMLCanvasElement>('#chart-line'), shown.history)
}

async function find(text: string): Promise<void> {
  if (room.status !== 'open') return
  const found = await room.request('find', text)
  const fresh = found.filter(({ id }) => !rows.has(id)).slice(0, 12)
  const items = fresh.map(({ symbol, name }) => {
    const button = make('button', {}, make('b', { text: symbol }), make('small', { text: ` ${name}` }))
    button.addEventListener('click', () => ask(add(symbol)))
    return make('li', {}, button)
  })
  const nothing = make('li', {
    text: found.length > 0 ? 'You watch all of these.' : 'Nothing here is called that.',
  })
  element('#found').replaceChildren(...(items.length > 0 ? items : [nothing]))
}

async function add(symbol: string): Promise<void> {
  if (rows.size >= MAX_WATCHED) {
    say(element('#full'), `${MAX_WATCHED} symbols are all that one table holds. Stop watching one first.`)
    return
  }
  await watch([...[...rows.values()].map((row) => row.symbol), symbol])
  await find(element<HTMLInputElement>('#text').value)
}

function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MAX_WATCHED) : FIRST
  } catch {
    return FIRST
  }
}

function stopped(error: FairgroundError): void {
  showTrouble('The ticker stopped', error, [{ label: 'Try again', act: () => location.reload() }])
}

watchNetwork('You are offline. What you see is from before.', () => document.body.dataset['status'])
start().catch((error: unknown) => stopped(known(error)))

import { expect, it, vi } from 'vitest'
import { startTestServer } from '../../testing/index.ts'
import { eventually } from '../eventually.ts'
import { YardRoom } from './yard-room.ts'

const rooms = { yard: YardRoom }

it('tells of every item of a collection: those there now, and each one added later', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard', { name: 'Ann' })
  await server.step(1, ann)
  const added: [name: string, key: string][] = []
  ann.onAdd('children', (child, key) => added.push([child.name, key]))
  expect(added).toEqual([['Ann', ann.sessionId]])
  const ben = await server.connect().joinOrCreate('yard', { name: 'Ben' })
  await server.step(1, ann, ben)
  expect(added).toEqual([
    ['Ann', ann.sessionId],
    ['Ben', ben.sessionId],
  ])
})

it('tells of items that leave, and of arrays by index', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard')
  const ben = await server.connect().joinOrCreate('yard', { name: 'Ben' })
  const { chalk } = server.room('yard', ann).state
  await server.step(1, ann, ben)
  const gone: string[] = []
  const lines: [text: string, index: number][] = []
  ann.onRemove('children', ({ name }, key) => gone.push(`${name} ${key}`))
  ann.onAdd('chalk', (text, index) => lines.push([text, index]))
  chalk.push('cat', 'dog')
  await ben.leave()
  await eventually(() => expect(server.room('yard', ann).clients).toHaveLength(1))
  await server.step(1, ann)
  expect(gone).toEqual([`Ben ${ben.sessionId}`])
  expect(lines).toEqual([
    ['cat', 0],
    ['dog', 1],
  ])
})

it('follows a collection inside an entity', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard')
  await server.step(1, ann)
  const own = server.room('yard', ann).state.children.get(ann.sessionId)!
  const [added, removed] = [vi.fn(), vi.fn()]
  const child = ann.state.children.get(ann.sessionId)!
  ann.onAdd(child, 'toys', added)
  ann.onRemove(child, 'toys', removed)
  own.toys.set('red', 'kite')
  await server.step(1, ann)
  own.toys.delete('red')
  await server.step(1, ann)
  expect(added.mock.calls).toEqual([['kite', 'red']])
  expect(removed.mock.calls).toEqual([['kite', 'red']])
})

it('tells the value of a field now, and whenever it changes', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard')
  await server.step(1, ann)
  const bells: [value: number, before: number | undefined][] = []
  const steps: number[] = []
  ann.onChange('bell', (value, before) => bells.push([value, before]))
  ann.onChange(ann.state.children.get(ann.sessionId)!, 'steps', (value) => steps.push(value))
  const { state } = server.room('yard', ann)
  state.bell = 1
  state.children.get(ann.sessionId)!.steps = 5
  await server.step(1, ann)
  await server.step(1, ann) // nothing changed: nothing told
  state.bell = 2
  await server.step(1, ann)
  expect(bells).toEqual([
    [0, undefined],
    [1, 0],
    [2, 1],
  ])
  expect(steps).toEqual([0, 5])
})

it('ends each kind of callback with what it answered', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard')
  await server.step(1, ann)
  const [added, removed, changed, patched] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
  const stops = [
    ann.onAdd('children', added),
    ann.onRemove('children', removed),
    ann.onChange('bell', changed),
    ann.onPatch(patched),
  ]
  for (const stop of stops) stop()
  const ben = await server.connect().joinOrCreate('yard')
  await ben.leave()
  server.room('yard', ann).state.bell = 7
  await server.step(2, ann)
  expect(ann.state.bell).toBe(7)
  expect(added).toHaveBeenCalledOnce() // at once, for the child that was there
  expect(removed).not.toHaveBeenCalled()
  expect(changed).toHaveBeenCalledOnce()
  expect(patched).not.toHaveBeenCalled()
})

it('calls back once after each patch, when the state is complete', async () => {
  await using server = await startTestServer({ rooms })
  const ann = await server.connect().joinOrCreate('yard')
  await server.step(1, ann)
  const { state } = server.room('yard', ann)
  const seen: [bell: number, lines: number][] = []
  ann.onPatch(({ bell, chalk }) => seen.push([bell, chalk.length]))
  state.bell = 1
  state.chalk.push('cat')
  await server.step(1, ann)
  state.bell = 2
  state.chalk.push('dog')
  await server.step(1, ann)
  expect(seen).toEqual([
    [1, 1],
    [2, 2],
  ])
})

it('keeps calling back after a reconnect, without repeating what is known', async () => {
  await using server = await startTestServer({ rooms })
  vi.spyOn(console, 'info').mockImplementation(() => {})
  const ann = await server.connect().joinOrCreate('yard', { name: 'Ann' })
  await server.step(1, ann)
  const added: string[] = []
  const bells: number[] = []
  ann.onAdd('children', ({ name }) => added.push(name))
  ann.onChange('bell', (bell) => bells.push(bell))
  server.room('yard', ann).breakConnection(ann.sessionId)
  await eventually(() => expect(ann.status).toBe('reconnecting'))
  server.room('yard', ann).state.bell = 3
  await eventually(() => expect(ann.status).toBe('open'))
  const ben = await server.connect().joinOrCreate('yard', { name: 'Ben' })
  await server.step(1, ann, ben)
  expect(added).toEqual(['Ann', 'Ben'])
  expect(bells).toEqual([0, 3])
})

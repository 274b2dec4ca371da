import { Protocol } from '@colyseus/core'
import { expect, it, vi } from 'vitest'
import { wireOf } from '../../../client-sdk/room.ts'
import { eventually } from '../../eventually.ts'
import { pair } from './counter-pair.ts'

it("[MS1] a handler gets the schema's output, not what was sent", async () => {
  const { ann, running, step } = await pair()
  ann.send('add', { kind: 'pear', count: '3', extra: 'x' } as never)
  await step()
  expect(running.given).toEqual([{ kind: 'pear', count: 3 }])
})

it.each([
  ['missing', undefined, ''],
  ['null', null, ''],
  ['of another type', 'apple', ''],
  ['a wrong choice', { kind: 'plum', count: 1 }, 'kind: '],
  ['a number out of range', { kind: 'pear', count: 10 }, 'count: '],
  ['not a number', { kind: 'pear', count: Number.NaN }, 'count: '],
  ['without a field', { count: 1 }, 'kind: '],
])('[MS2] a payload that is %s is told to its sender alone, with the field', async (_what, bad, field) => {
  const { ann, told, expectNobodyElseNoticed } = await pair()
  ann.send('add', bad as never)
  const error = await told()
  expect(error).toMatchObject({ code: 'MESSAGE_INVALID', retry: 'change' })
  expect(error.message).toMatch(new RegExp(`^add: ${field}\\S`))
  await expectNobodyElseNoticed()
})

it('[MS2] of many faults four are named', async () => {
  const { ann, told } = await pair()
  ann.send('many', { a: '', b: '', c: '', d: '', e: '' } as never)
  const { message } = await told()
  expect(message.match(/\b[a-e]: /g)).toEqual(['a: ', 'b: ', 'c: ', 'd: '])
})

it('[MS2] a schema may take its time', async () => {
  const { ann, running, told } = await pair()
  ann.send('slow', 'guess')
  expect(await told()).toMatchObject({ code: 'MESSAGE_INVALID', message: 'slow: not the password' })
  ann.send('slow', 'password')
  await eventually(() => expect(running.given).toEqual(['password']))
})

it.each(['ad', '_', '*', 'constructor', '__proto__', 'toString', 'onJoin', '🎪', 7])(
  '[MS3] a message of the unknown type %j is told to its sender alone',
  async (type) => {
    const { ann, told, expectNobodyElseNoticed } = await pair()
    wireOf(ann).send(type, { kind: 'apple', count: 1 } as never)
    expect(await told()).toMatchObject({
      code: 'MESSAGE_UNKNOWN',
      retry: 'never',
      message: `The room counter has no handler for messages of type "${type}".`,
    })
    await expectNobodyElseNoticed()
  },
)

it('[MS3] a request that nobody awaits does not run', async () => {
  const { ann, told, expectNobodyElseNoticed } = await pair()
  wireOf(ann).send('buy', { kind: 'apple', count: 1 } as never)
  expect(await told()).toMatchObject({
    code: 'MESSAGE_UNKNOWN',
    message: 'The room counter takes "buy" by request(), not by send().',
  })
  wireOf(ann).send('buy', { kind: 'apple', count: 6 } as never)
  expect(await told(), 'what it would refuse harms nobody either').toMatchObject({ code: 'MESSAGE_UNKNOWN' })
  await expectNobodyElseNoticed()
})

it('[MS3] bytes are of an unknown type, whatever they call themselves', async () => {
  const { ann, told, expectNobodyElseNoticed } = await pair()
  wireOf(ann).sendBytes('add', new Uint8Array([1, 2, 3]))
  expect(await told()).toMatchObject({ code: 'MESSAGE_UNKNOWN' })
  await expectNobodyElseNoticed()
})

it('[MS6] a handler refuses a message with a reason for its sender alone', async () => {
  const { ann, told, expectNobodyElseNoticed } = await pair()
  ann.send('refused')
  expect(await told()).toMatchObject({ code: 'REQUEST_REFUSED', message: 'Not with me.' })
  await expectNobodyElseNoticed()
})

it.each([
  ['an empty frame', []],
  ['an empty type', [Protocol.ROOM_DATA, 0xa0]],
  ['a message without its type', [Protocol.ROOM_DATA]],
  ['a type longer than the frame', [Protocol.ROOM_DATA, 0xda, 0xff, 0xff, 0x61]],
  ['a payload that is no msgpack', [Protocol.ROOM_DATA, 0xa3, 0x61, 0x64, 0x64, 0xc1]],
  ['a payload that ends early', [Protocol.ROOM_DATA, 0xa3, 0x61, 0x64, 0x64, 0x93, 0x01]],
  ['a request that ends early', [Protocol.ROOM_REQUEST, 0x01]],
  ['a kind that does not exist', [31, 1, 2, 3]],
])('[MS8] %s ends at most the session of its sender', async (_what, bytes) => {
  vi.spyOn(console, 'info').mockImplementation(() => {})
  const { ann, ben, running, server } = await pair()
  wireOf(ann).connection.send(new Uint8Array(bytes))
  await ann.ping().catch(() => {}) // she may be gone
  ben.send('add', { kind: 'apple', count: 2 })
  await server.step(1, ben)
  expect(ben.state.total).toBe(2)
  expect(ben.status).toBe('open')
  expect(running.given).toEqual([{ kind: 'apple', count: 2 }])
})

it('an event reaches whom it was sent to, with its payload', async () => {
  const { ann, ben, step } = await pair()
  const heard: unknown[] = []
  ann.on('told', (event) => heard.push(['ann', event]))
  ben.on('told', (event) => heard.push(['ben', event]))
  ann.send('whisper', 'psst')
  await step()
  ann.send('shout', 'hey')
  await step()
  expect(heard).toEqual([
    ['ann', { text: 'psst', at: 0 }],
    ['ben', { text: 'hey', at: 1 }],
  ])
})

import { expect, it } from 'vitest'
import { FairgroundError } from '../../../shared/errors.ts'
import { pair } from './counter-pair.ts'

it('[MS5] what a handler returns or resolves to is the reply', async () => {
  const { ann } = await pair()
  expect(await ann.request('total', undefined)).toBe(0)
  expect(await ann.request('later', 'x')).toEqual({ text: 'x', from: ann.sessionId })
  expect(await ann.request('buy', { kind: 'pear', count: 2 })).toEqual({ kind: 'pear', left: 3 })
  expect(await ann.request('nothing', undefined)).toBeUndefined()
})

it.each([
  ['a text', 'ä🎪'],
  ['nothing', null],
  ['false', false],
  ['zero', 0],
  ['a list', [1, [2, { three: 3 }]]],
  ['what looks like an answer of Colyseus', { name: 'no_handler', message: 'timed out', code: 4312 }],
  ['bytes', new Uint8Array([0, 255])],
])('[MS5] a reply may be %s', async (_what, value) => {
  const { ann } = await pair()
  expect(await ann.request('echo', value)).toEqual(value)
})

it('[MS5] each of many requests at once gets its own reply', async () => {
  const { ann, ben } = await pair()
  const numbers = Array.from({ length: 50 }, (_, index) => index)
  const replies = await Promise.all(
    numbers.map((n) => (n % 2 ? ann : ben).request(n % 3 ? 'echo' : 'later', String(n) as never)),
  )
  expect(replies).toEqual(
    numbers.map((n) =>
      n % 3 ? String(n) : { text: String(n), from: n % 2 ? ann.sessionId : ben.sessionId },
    ),
  )
})

it.each([
  ['nothing', undefined, ''],
  ['a wrong choice', { kind: 'plum', count: 1 }, 'kind: '],
  ['a number out of range', { kind: 'pear', count: 10 }, 'count: '],
])('[MS2] a request with %s is told to who asked alone, with the field', async (_what, bad, field) => {
  const { ann, expectNobodyElseNoticed } = await pair()
  const error = (await ann.request('buy', bad as never).catch((thrown: unknown) => thrown)) as FairgroundError
  expect(error).toBeInstanceOf(FairgroundError)
  expect(error).toMatchObject({ code: 'MESSAGE_INVALID', retry: 'change' })
  expect(error.message).toMatch(new RegExp(`^buy: ${field}\\S`))
  await expectNobodyElseNoticed()
})

it.each(['bu', '_', '*', 'constructor', '__proto__', 'toString', 'onJoin'])(
  '[MS3] a request of the unknown type %j is told to who asked alone',
  async (type) => {
    const { ann, expectNobodyElseNoticed } = await pair()
    await expect(ann.request(type as 'total', undefined)).rejects.toMatchObject({
      code: 'MESSAGE_UNKNOWN',
      message: expect.stringContaining(`"${type}"`),
    })
    await expectNobodyElseNoticed()
  },
)

it('[MS3] a message that is asked for a reply does not run', async () => {
  const { ann, expectNobodyElseNoticed } = await pair()
  await expect(ann.request('add' as 'buy', { kind: 'apple', count: 1 })).rejects.toMatchObject({
    code: 'MESSAGE_UNKNOWN',
    message: 'The room counter takes "add" by send(), not by request().',
  })
  await expectNobodyElseNoticed()
})

it('[MS6] a handler refuses a request with its reason, for who asked alone', async () => {
  const { ann, expectNobodyElseNoticed } = await pair()
  await expect(ann.request('buy', { kind: 'pear', count: 6 })).rejects.toMatchObject({
    code: 'REQUEST_REFUSED',
    message: 'Only 5 of pear are left.',
  })
  await expectNobodyElseNoticed()
})

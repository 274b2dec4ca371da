import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { check, type StandardSchemaV1 } from '../../shared/standard-schema.ts'

/** A schema of no library, that answers as told. */
function answering<T>(validate: () => StandardSchemaV1.Result<T> | Promise<StandardSchemaV1.Result<T>>) {
  return { '~standard': { version: 1, vendor: 'test', validate } } as StandardSchemaV1<unknown, T>
}
const issues = (...list: StandardSchemaV1.Issue[]) => answering(() => ({ issues: list }))

it("a value that passes comes back as the schema's output", () => {
  const schema = z.object({ name: z.string().trim(), size: z.coerce.number().default(1) })
  expect(check(schema, { name: ' Ann ', extra: true })).toEqual({ ok: true, value: { name: 'Ann', size: 1 } })
})

it('an output of undefined is an output', () => {
  expect(check(z.undefined(), undefined)).toEqual({ ok: true, value: undefined })
})

it('a schema that takes its time is waited for', async () => {
  const password = z
    .string()
    .refine(async (text) => text === (await Promise.resolve('sesame')), 'wrong password')
  expect(await check(password, 'sesame')).toEqual({ ok: true, value: 'sesame' })
  expect(await check(password, 'open')).toEqual({ ok: false, problem: 'wrong password' })
})

it('what a validator throws or rejects with is for the caller', async () => {
  const broken = () => {
    throw new Error('broken validator')
  }
  expect(() => check(answering(broken), 1)).toThrow('broken validator')
  await expect(
    check(
      answering(async () => broken()),
      1,
    ),
  ).rejects.toThrow('broken validator')
})

describe('[MS2] a problem', () => {
  it('names the field, through lists and objects', () => {
    const schema = z.object({ team: z.array(z.object({ name: z.string('a name please') })) })
    expect(check(schema, { team: [{ name: 'Ann' }, { name: 7 }] })).toEqual({
      ok: false,
      problem: 'team.1.name: a name please',
    })
  })

  it('names no field where the whole value is wrong', () => {
    expect(check(z.string('text please'), 7)).toEqual({ ok: false, problem: 'text please' })
    expect(check(issues({ message: 'wrong', path: [] }), 7)).toEqual({ ok: false, problem: 'wrong' })
  })

  it('understands each way of writing a path', () => {
    const path = ['a', 0, { key: 'b' }, { key: Symbol('c') }, Symbol('d')]
    expect(check(issues({ message: 'wrong', path }), 7)).toEqual({
      ok: false,
      problem: 'a.0.b.Symbol(c).Symbol(d): wrong',
    })
  })

  it('names four fields at most', () => {
    const list = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ message: 'wrong', path: [key] }))
    expect(check(issues(...list), 7)).toEqual({
      ok: false,
      problem: 'a: wrong; b: wrong; c: wrong; d: wrong',
    })
  })

  it('is never longer than 400 characters, however long the names that a client chose', () => {
    const checked = check(issues({ message: 'wrong', path: ['x'.repeat(10_000)] }), 7)
    expect(checked).toEqual({ ok: false, problem: 'x'.repeat(400) })
  })
})

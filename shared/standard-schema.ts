import type { StandardSchemaV1 } from '@standard-schema/spec'

export type { StandardSchemaV1 }

/** What {@link check} found: the validated value, or one sentence about what is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problem: string }

/** Problems reported at most; the rest of a hostile payload's list is not worth a frame. */
const MAX_ISSUES = 4

/**
 * Validates `value` with any Standard Schema (zod, valibot, arktype, …), synchronous or not.
 *
 * @returns the schema's output, or a sentence naming each field at fault ("name: too short; …")
 * @throws whatever the validator itself throws
 */
export function check<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
): Checked<StandardSchemaV1.InferOutput<S>> | Promise<Checked<StandardSchemaV1.InferOutput<S>>> {
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? result.then(toChecked) : toChecked(result)
}

function toChecked<T>(result: StandardSchemaV1.Result<T>): Checked<T> {
  if (result.issues === undefined) return { ok: true, value: result.value }
  const problems = result.issues.slice(0, MAX_ISSUES).map(({ message, path }) => {
    const field = path
      ?.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
      .join('.')
    return field ? `${field}: ${message}` : message
  })
  return { ok: false, problem: problems.join('; ').slice(0, 400) }
}

/** What devices and operators may say. */
import { z } from 'zod'
import {
  GROUP_PATTERN,
  GROUP_WORDS,
  MAX_DEADLINE_SECONDS,
  MAX_TEXT_LENGTH,
  MAX_VALUES,
  NAME_PATTERN,
  NAME_WORDS,
} from './tuning.ts'

/** A device's id, as it stands in its token or its certificate. */
export const DeviceId = z.string().regex(/^[A-Za-z0-9][\w.-]{0,47}$/)
const Name = z.string().regex(new RegExp(`^${NAME_PATTERN}$`, 'u'), NAME_WORDS)
export const Group = z.string().regex(new RegExp(`^${GROUP_PATTERN}$`, 'u'), GROUP_WORDS)
const Text = z.string().max(MAX_TEXT_LENGTH)
const Value = z.union([z.boolean(), z.number(), Text])
const Version = z.int().min(0)

function few<T extends z.ZodType>(value: T) {
  return z
    .record(Name, value)
    .refine((record) => Object.keys(record).length <= MAX_VALUES, `no more than ${MAX_VALUES} of them`)
}

export const Joining = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('device'), id: DeviceId, group: Group.optional() }),
  z.strictObject({ role: z.literal('operator') }),
])
export type Joining = z.infer<typeof Joining>

// From devices
export const Telemetry = few(z.number())
export const Report = z.strictObject({ version: Version, settings: few(Value) })
export const Acknowledgement = z.strictObject({
  id: z.string().max(40),
  done: z.boolean(),
  result: Text.optional(),
})

// From operators
const Which = { devices: z.array(DeviceId).min(1).max(1_000) }
export const Want = z.strictObject({
  ...Which,
  changes: few(Value.nullable()),
  /** The version that was looked at, for one device. */
  expected: Version.optional(),
})
export const Order = z.strictObject({
  device: DeviceId,
  name: Name,
  argument: Text.optional(),
  deadlineSeconds: z.number().min(1).max(MAX_DEADLINE_SECONDS).optional(),
})
export type Order = z.infer<typeof Order>
export const Grouping = z.strictObject({ ...Which, group: Group })
export const Forget = z.strictObject({ device: DeviceId })

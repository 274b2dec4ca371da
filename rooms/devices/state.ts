/** What operators see of a fleet. Devices see nothing of it. */
import { type SchemaType, schema, t } from '../../shared/schema.ts'
import type { CommandState } from './simulation.ts'

export const Device = schema(
  {
    group: t.string().default(''),
    online: t.boolean().default(false),
    /** When it came or went, in milliseconds since 1970. */
    sinceMs: t.float64().default(0),
    readings: t.map('float64'),
    /** Settings as JSON, so that a text, a number and a switch stay apart. */
    desired: t.map('string'),
    reported: t.map('string'),
    version: t.uint32().default(0),
    reportedVersion: t.uint32().default(0),
    /** The device has all settings as they are wanted. */
    inSync: t.boolean().default(true),
    /** The last command; empty before the first. */
    command: t.string().default(''),
    commandState: t.string<CommandState | ''>().default(''),
    commandResult: t.string().default(''),
  },
  'Device',
)
export type Device = SchemaType<typeof Device>

export const DevicesState = schema(
  {
    /** By id. Only for operators: nobody else has a view. */
    devices: t.map(Device).view(),
  },
  'DevicesState',
)
export type DevicesState = SchemaType<typeof DevicesState>

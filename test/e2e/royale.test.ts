import { royaleWith } from './royale.ts'

// All eight hundred: test/long/royale.test.ts.
royaleWith({ load: 200, bots: 4 })

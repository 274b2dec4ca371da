/** Writes to a SQLite file until it is killed, and says what was acknowledged: `node writer-in-process.ts <file>`. */
import { sqliteStorage } from '../../../server/index.ts'

const storage = sqliteStorage(process.argv[2]!)
await storage.open()
for (let count = 1; ; count += 4) {
  const several = [0, 1, 2, 3].map((more) => ({ log: 'fox', id: `m${count + more}`, value: count + more }))
  await Promise.all(several.map((entry) => storage.append([entry, { ...entry, log: 'owl' }])))
  process.send!(count + 3)
}

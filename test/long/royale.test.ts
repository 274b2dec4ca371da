import { royaleWith } from '../e2e/royale.ts'

royaleWith({ load: 784, bots: 16 })

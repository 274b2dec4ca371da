/** The thread that waits for the disk, so that no room does. Started by sqlite.ts. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { FairgroundError } from '../../shared/errors.ts'
import { WRITES } from './operations.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import type { Answer, Question, SqliteWorkerData } from './sqlite-protocol.ts'

/** Operations in one transaction at most: whoever asked first should not wait for all who came later. */
const MAX_BATCH = 256

const port = parentPort!
const { path, busyMs } = workerData as SqliteWorkerData
let database: SqliteDatabase | undefined

port.on('message', (first: Question) => {
  const questions = [first]
  // Whatever came while the disk was busy shares the next transaction, and so one wait.
  while (questions.length < MAX_BATCH) {
    const next = receiveMessageOnPort(port)
    if (!next) break
    questions.push(next.message as Question)
  }
  // In one piece: who waits for one of them acts in the same moment as the others, and can answer them all at once.
  port.postMessage(answersTo(questions))
  if (questions.some(({ operation }) => operation === 'close')) port.close()
})

/** Answers in order; runs of writes share a transaction. */
function answersTo(questions: readonly Question[]): Answer[] {
  const answers: Answer[] = []
  for (let at = 0; at < questions.length; ) {
    let end = at
    while (end < questions.length && WRITES.has(questions[end]!.operation)) end++
    if (end - at > 1) answers.push(...together(questions.slice(at, end)))
    else {
      end = at + 1
      answers.push(alone(questions[at]!))
    }
    at = end
  }
  return answers
}

/** One transaction for all. Where that fails as a whole, each is tried alone: only who cannot be helped is refused. */
function together(questions: readonly Question[]): Answer[] {
  try {
    return open().transaction(() =>
      questions.map((question) => {
        try {
          return open().part(() => answer(question, execute(question)))
        } catch (error) {
          if (!open().isTransaction) throw error
          return refusal(question, error)
        }
      }),
    )
  } catch {
    return questions.map(alone)
  }
}

function alone(question: Question): Answer {
  try {
    const { operation } = question
    if (operation === 'open') return answer(question, start())
    if (operation === 'close') return answer(question, stop())
    const result = WRITES.has(operation) ? open().transaction(() => execute(question)) : execute(question)
    return answer(question, result)
  } catch (error) {
    return refusal(question, error)
  }
}

function execute({ operation, args }: Question): unknown {
  return open().run(operation as never, args as never)
}

function start(): void {
  database ??= new SqliteDatabase(path, busyMs)
}

function stop(): void {
  database?.close()
  database = undefined
}

function open(): SqliteDatabase {
  if (!database) throw new Error('the storage is not open')
  return database
}

function answer({ number }: Question, result: unknown): Answer {
  return { number, result }
}

function refusal({ number }: Question, error: unknown): Answer {
  const { message = String(error), errcode } = error as { message?: string; errcode?: number }
  const code = error instanceof FairgroundError ? error.code : undefined
  return { number, refusal: { message, code, sqlite: errcode } }
}

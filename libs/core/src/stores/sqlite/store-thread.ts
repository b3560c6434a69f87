// The thread that owns the SQLite connection: a slow disk delays a page, never the event loop that answers.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { groupCommit, type Request } from './group-commit.ts'
import { openDatabase } from './open-database.ts'
import { createOperations } from './operations.ts'

const port = parentPort!
const { path, options } = workerData
const database = openDatabase(path)
const operations = createOperations(database, options)
const commit = groupCommit(database, operations)

const waiting: Request[] = []
let scheduled = false

const run = (): void => {
  scheduled = false
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port))
    waiting.push(message.message)
  const { answers, left } = commit(waiting.splice(0))
  waiting.push(...left)
  for (const answer of answers) port.postMessage(answer)
  schedule()
}

const schedule = (): void => {
  if (scheduled || waiting.length === 0) return
  scheduled = true
  setImmediate(run)
}

port.on('message', (request: Request | 'close') => {
  if (request === 'close') {
    database.close()
    port.close()
    return
  }
  waiting.push(request)
  schedule()
})
port.postMessage('ready')

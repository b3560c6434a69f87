// The thread that owns the SQLite connection: a slow disk delays a page, never the event loop that answers.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { describeFailure, type DescribedFailure } from './describe-failure.ts'
import { groupCommit, type Request } from './group-commit.ts'
import { openDatabase, type OpenedDatabase } from './open-database.ts'
import { createOperations } from './operations.ts'

/** The first message to the thread's owner. The thread ends by itself after a failure. */
export type Opening = 'ready' | { readonly failure: DescribedFailure }

const port = parentPort!
const { path, options } = workerData

const serve = ({ database, close }: OpenedDatabase): void => {
  const commit = groupCommit(database, createOperations(database, options))
  const waiting: Request[] = []
  let scheduled = false
  let closing = false

  const accept = (message: Request | 'close'): void => {
    if (message === 'close') closing = true
    else waiting.push(message)
  }

  const run = async (): Promise<void> => {
    for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port))
      accept(message.message)
    if (waiting.length > 0) {
      const { answers, left } = await commit(waiting.splice(0))
      waiting.push(...left)
      port.postMessage(answers)
    }
    scheduled = false
    schedule()
  }

  // What was asked before the close is answered first.
  const schedule = (): void => {
    if (scheduled) return
    if (closing && waiting.length === 0) {
      close()
      port.close()
    } else if (waiting.length > 0) {
      scheduled = true
      setImmediate(() => void run())
    }
  }

  port.on('message', (message: Request | 'close') => {
    accept(message)
    schedule()
  })
}

try {
  serve(openDatabase(path))
  port.postMessage('ready' satisfies Opening)
} catch (error) {
  port.postMessage({ failure: describeFailure(error) } satisfies Opening)
  port.close()
}

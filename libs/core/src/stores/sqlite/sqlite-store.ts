import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ArrivedPage } from '../../intake/page-store.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { Store } from '../store.ts'
import type { ApplyOptions } from './apply-operations.ts'
import type { Answer } from './group-commit.ts'
import type { Operations } from './operations.ts'

export interface SqliteStoreOptions extends Partial<ApplyOptions> {
  /** Path of the database file; the folder is made if need be. */
  readonly path: string
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

const defaults: ApplyOptions = { settleSeconds: 300, stepMilliseconds: 20 }

/** Opens the SQLite store in a thread of its own. Rejects when the file cannot be opened or is of a newer schema. */
export const openSqliteStore = async ({ path, ...options }: SqliteStoreOptions): Promise<Store> => {
  const worker = new Worker(new URL('store-thread.ts', import.meta.url), {
    workerData: { path, options: { ...defaults, ...options } },
  })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let closed: Error | undefined

  const stop = (reason: Error): void => {
    closed ??= reason
    for (const { reject } of waiting.values()) reject(closed)
    waiting.clear()
  }
  const ask = (name: keyof Operations, parameters: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closed)
      waiting.set(++lastId, { resolve, reject })
      worker.postMessage({ id: lastId, name, parameters }, name === 'storePage' ? handedOver(parameters) : [])
    })

  await once(worker, 'message')
  worker.on('message', (answer: Answer) => settle(waiting, answer))
  worker.on('error', (error) => stop(unavailable('The store stopped', error)))
  worker.on('exit', () => stop(unavailable('The store is closed')))
  return storeFrom(ask, async () => {
    const exit = once(worker, 'exit')
    worker.postMessage('close')
    await exit
  })
}

const settle = (waiting: Map<number, Waiting>, answer: Answer): void => {
  const asked = waiting.get(answer.id)
  waiting.delete(answer.id)
  if ('error' in answer) asked?.reject(unavailable(`SQLite: ${answer.error.message}`, answer.error))
  else asked?.resolve(answer.result)
}

/** A body that owns its memory moves to the thread without a copy. */
const handedOver = ([arrival]: unknown[]): ArrayBuffer[] => {
  const { body } = arrival as ArrivedPage
  const ownsAll = body.byteOffset === 0 && body.byteLength === body.buffer.byteLength
  return ownsAll && body.buffer instanceof ArrayBuffer ? [body.buffer] : []
}

const unavailable = (message: string, cause?: unknown): StoreUnavailableError =>
  new StoreUnavailableError(message, { cause })

const names: readonly (keyof Operations)[] = [
  'createAccount',
  'findAccount',
  'countAccounts',
  'addKey',
  'findKey',
  'revokeKey',
  'recordKeyUse',
  'storePage',
  'applyNext',
  'listCohorts',
  'findCohorts',
  'listMembers',
  'createDestination',
  'listDestinations',
  'findDestination',
  'listOwedFeeds',
  'nextFeedDueAt',
  'readBatch',
  'recordAudience',
  'recordOutcomes',
  'postponeFeed',
]

const storeFrom = (
  ask: (name: keyof Operations, parameters: unknown[]) => Promise<unknown>,
  close: () => Promise<void>,
): Store => {
  const methods = names.map((name) => [name, (...parameters: unknown[]) => ask(name, parameters)])
  return { ...Object.fromEntries(methods), close }
}

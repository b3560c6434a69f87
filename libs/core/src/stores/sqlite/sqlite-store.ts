import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ArrivedPage } from '../../intake/page-store.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { Store } from '../store.ts'
import type { ApplyOptions } from './apply-operations.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import { describeFailure, type DescribedFailure } from './describe-failure.ts'
import type { Answer } from './group-commit.ts'
import type { Operations } from './operations.ts'
import type { Opening } from './store-thread.ts'

export interface SqliteStoreOptions extends Partial<ApplyOptions> {
  /** Path of the database file; the folder is made if need be. */
  readonly path: string
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

type Ask = (name: keyof Operations, parameters: unknown[]) => Promise<unknown>

const defaults: ApplyOptions = { settleSeconds: 300, stepMilliseconds: 20 }

/**
 * Opens the SQLite store in a thread of its own. Rejects with `StoreUnavailableError` when the file cannot be opened
 * or is of a newer schema; the thread has ended by then.
 */
export const openSqliteStore = async ({ path, ...options }: SqliteStoreOptions): Promise<Store> => {
  const worker = new Worker(new URL('store-thread.ts', import.meta.url), {
    workerData: { path, options: { ...defaults, ...options } },
  })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  try {
    const [opening] = (await once(worker, 'message')) as [Opening]
    if (opening !== 'ready') throw unavailable(`Cannot open the database ${path}. `, opening.failure)
  } catch (error) {
    // The thread ends by itself. Terminating one that is about to end can bring the whole process down (Node 26.10).
    await ended
    throw error instanceof StoreUnavailableError ? error : unavailable('', describeFailure(error))
  }
  return storeOf(worker, ended)
}

const storeOf = (worker: Worker, ended: Promise<void>): Store => {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let closed: Error | undefined

  const stop = (reason: Error): void => {
    closed ??= reason
    for (const { reject } of waiting.values()) reject(closed)
    waiting.clear()
  }
  const post = (message: unknown, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer)
  const ask: Ask = (name, parameters) =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closed)
      waiting.set(++lastId, { resolve, reject })
      post({ id: lastId, name, parameters }, name === 'storePage' ? handedOver(parameters) : [])
    })

  worker.on('message', (answers: Answer[]) => {
    for (const answer of answers) settle(waiting, answer)
  })
  worker.on('error', (error) => stop(unavailable('The store stopped. ', describeFailure(error))))
  worker.on('exit', () => stop(new StoreUnavailableError('The store is closed')))
  return storeFrom(ask, async () => {
    post('close')
    await ended
  })
}

const settle = (waiting: Map<number, Waiting>, answer: Answer): void => {
  const asked = waiting.get(answer.id)
  waiting.delete(answer.id)
  if ('error' in answer) asked?.reject(toError(answer.error))
  else asked?.resolve(answer.result)
}

/** A body that owns its memory moves to the thread without a copy. */
const handedOver = ([arrival]: unknown[]): ArrayBuffer[] => {
  const { body } = arrival as ArrivedPage
  const ownsAll = body.byteOffset === 0 && body.byteLength === body.buffer.byteLength
  return ownsAll && body.buffer instanceof ArrayBuffer ? [body.buffer] : []
}

/** Errors lose their class between threads. */
const toError = (failure: DescribedFailure): Error =>
  failure.message === leaseLost.message ? new LeaseLostError() : unavailable('', failure)

const leaseLost = new LeaseLostError()

const unavailable = (where: string, failure: DescribedFailure): StoreUnavailableError =>
  new StoreUnavailableError(`${where}${failure.message}`, failure)

/** Every operation by name: the compiler refuses one too many and one too few. */
const operationNames = {
  createAccount: true,
  createAccountWithDestination: true,
  findSecret: true,
  keepSecret: true,
  replaceSecret: true,
  findAccount: true,
  listAccounts: true,
  listKeys: true,
  countAccounts: true,
  changeAccount: true,
  deleteAccount: true,
  clearDeleted: true,
  addKey: true,
  findKey: true,
  revokeKey: true,
  recordKeyUse: true,
  confirmKey: true,
  addAdminToken: true,
  listAdminTokens: true,
  findAdminToken: true,
  revokeAdminToken: true,
  recordAudit: true,
  listAudit: true,
  storePage: true,
  applyNext: true,
  countWaitingPages: true,
  recordReply: true,
  approveRemovals: true,
  listCohorts: true,
  findCohorts: true,
  listMembers: true,
  createDestination: true,
  listDestinations: true,
  findDestination: true,
  listSealedSettings: true,
  resealSettings: true,
  countSealedByKey: true,
  updateDestination: true,
  pauseDestination: true,
  resumeDestination: true,
  deleteDestination: true,
  claimFeeds: true,
  renewLease: true,
  endTurn: true,
  restDestination: true,
  nextFeedDueAt: true,
  readBatch: true,
  recordAudience: true,
  recordOutcomes: true,
  postponeFeed: true,
  recordAccess: true,
} satisfies Record<keyof Operations, true>

const storeFrom = (ask: Ask, close: () => Promise<void>): Store => {
  const names = Object.keys(operationNames) as (keyof Operations)[]
  const methods = names.map((name) => [name, (...parameters: unknown[]) => ask(name, parameters)])
  return { ...Object.fromEntries(methods), close }
}

import type { Logger } from '@cohort-relay/connector-kit'
import { PgBoss } from 'pg-boss'
import { errorFields } from './error-fields.ts'
import { localSignals, type Work, type Workers, type WorkSignals } from './work-signals.ts'

/** Beside our own, so that pg-boss can bring it up to date by itself. */
const schema = 'cohort_relay_jobs'

const queues = { apply: 'apply', deliver: 'deliver' } as const satisfies Record<Work, string>

/**
 * One job waits at most, whatever is announced meanwhile. Its worker is heard of every few seconds; one that is not is
 * taken to be dead, and the job goes to another.
 */
const queueOptions = {
  policy: 'short',
  notify: true,
  heartbeatSeconds: 10,
  expireInSeconds: 3600,
  retryLimit: 5,
  deleteAfterSeconds: 60,
  retentionSeconds: 3600,
} as const

export interface PostgresSignalsOptions {
  readonly url: string
  readonly log: Pick<Logger, 'debug' | 'warn'>
}

const createBoss = (url: string, migrates: boolean): PgBoss =>
  new PgBoss({
    connectionString: url,
    schema,
    max: 2,
    application_name: 'cohort-relay jobs',
    connectionTimeoutMillis: 5000,
    useListenNotify: true,
    schedule: false,
    supervise: !migrates,
    migrate: migrates,
    createSchema: migrates,
    monitorIntervalSeconds: 2,
    superviseIntervalSeconds: 2,
    reindex: false,
  })

/** Makes pg-boss's schema and our queues, or brings them up to date. Safe to repeat, and from two places at once. */
export const migrateSignals = async (url: string): Promise<void> => {
  const boss = createBoss(url, true)
  boss.on('error', () => {}) // What fails rejects as well.
  await boss.start()
  try {
    for (const queue of Object.values(queues)) await createQueue(boss, queue)
  } finally {
    await boss.stop({ graceful: false })
  }
}

const createQueue = async (boss: PgBoss, queue: string): Promise<void> => {
  const { policy: _policy, heartbeatSeconds: _heartbeat, ...changeable } = queueOptions
  if ((await boss.getQueue(queue)) === null) await boss.createQueue(queue, queueOptions)
  else await boss.updateQueue(queue, changeable)
}

/** Over all processes on the same database, by jobs of pg-boss. Rejects when the database cannot be reached. */
export const openPostgresSignals = async ({ url, log }: PostgresSignalsOptions): Promise<WorkSignals> => {
  const boss = createBoss(url, false)
  boss.on('error', tellingPollingOnce(log))
  boss.on('warning', ({ message }) => log.debug({ reason: message }, 'signals.warning'))
  await boss.start()
  const local = localSignals()
  const send = sendingOnce(async (work) => void (await boss.send(queues[work])), log)

  return {
    announce: (work) => {
      local.announce(work)
      send(work)
    },
    serve: async (workers: Workers) => {
      await local.serve(workers)
      for (const work of Object.keys(queues) as Work[])
        await boss.work(queues[work], { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 }, () =>
          workers[work](),
        )
    },
    stop: async () => {
      await local.stop()
      await boss.stop({ graceful: true, timeout: 5000 })
    },
  }
}

/**
 * Where a transaction pooler stands in between, LISTEN is lost every few seconds. That is no failure, since jobs are also
 * asked for every second: it is a warning once.
 */
export const tellingPollingOnce = (log: PostgresSignalsOptions['log']): ((error: Error) => void) => {
  let isTold = false
  return (error) => {
    if (!error.message.startsWith('LISTEN/NOTIFY')) return log.warn(errorFields(error), 'signals.failed')
    log[isTold ? 'debug' : 'warn']({ reason: error.message }, 'signals.polling')
    isTold = true
  }
}

/** One announcement of a kind is under way at a time; those that come meanwhile are one more. */
const sendingOnce = (
  send: (work: Work) => Promise<void>,
  log: Pick<Logger, 'warn'>,
): ((work: Work) => void) => {
  const underWay = new Map<Work, 'sent' | 'again'>()

  const sendOne = async (work: Work): Promise<void> => {
    do {
      underWay.set(work, 'sent')
      await send(work).catch((error: unknown) => log.warn(errorFields(error), 'signal.lost'))
    } while (underWay.get(work) === 'again')
    underWay.delete(work)
  }
  return (work) => {
    if (underWay.has(work)) underWay.set(work, 'again')
    else void sendOne(work)
  }
}

import { Client } from 'pg'
import { startPostgres } from '@cohort-relay/tools/postgres'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { migrateSignals, openPostgresSignals, tellingPollingOnce } from './postgres-signals.ts'
import { pinoLines } from './testing/pino-lines.ts'
import { postgresTestDatabase } from './testing/postgres-test-database.ts'
import type { Work } from './work-signals.ts'

const newDatabase = async (): Promise<string> =>
  (await postgresTestDatabase(inject('postgres'))).environment['DATABASE_URL']!

/** Counts what is called and lets a test wait for it. */
const countedWorkers = () => {
  const calls: Work[] = []
  const waiting: (() => void)[] = []
  const work = (kind: Work) => async (): Promise<void> => {
    calls.push(kind)
    for (const wake of waiting.splice(0)) wake()
  }
  return {
    calls,
    workers: { apply: work('apply'), deliver: work('deliver') },
    untilCalled: async (kind: Work): Promise<void> => {
      while (!calls.includes(kind)) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}

const open = async (url: string) => {
  const { log, lines, until } = pinoLines()
  const signals = await openPostgresSignals({ url, log })
  onTestFinished(() => signals.stop())
  return { signals, lines, until }
}

const jobsOf = async (url: string): Promise<number> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    "SELECT count(*)::integer AS jobs FROM cohort_relay_jobs.job WHERE name = 'apply'",
  )
  await client.end()
  return rows[0].jobs
}

describe('an announcement', () => {
  test('wakes a worker of another process', { timeout: 20_000 }, async () => {
    const url = await newDatabase()
    const [announcing, working] = [await open(url), await open(url)]
    const { workers, untilCalled, calls } = countedWorkers()
    await working.signals.serve(workers)
    announcing.signals.announce('deliver')
    await untilCalled('deliver')
    expect(calls).toEqual(['deliver'])
  })

  test('of many while one waits is few jobs, and the worker is woken', { timeout: 20_000 }, async () => {
    const url = await newDatabase()
    const { signals } = await open(url)
    for (let page = 0; page < 1000; page++) signals.announce('apply')
    const { workers, untilCalled } = countedWorkers()
    const other = await open(url)
    await other.signals.serve(workers)
    await untilCalled('apply')
    expect(await jobsOf(url)).toBeLessThanOrEqual(3)
  })

  test('wakes the workers of its own process at once, without the database', async () => {
    const { signals } = await open(await newDatabase())
    const { workers, calls } = countedWorkers()
    await signals.serve(workers)
    signals.announce('apply')
    expect(calls).toEqual(['apply'])
  })
})

test('a LISTEN that is lost again and again is a warning once, and other failures are one each time', () => {
  const told: string[] = []
  const tell = tellingPollingOnce({
    debug: (_fields: object | string, message?: string) => void told.push(`debug ${message}`),
    warn: (_fields: object | string, message?: string) => void told.push(`warn ${message}`),
  })
  for (const reason of ['LISTEN/NOTIFY channel registration was lost', 'broken', 'broken'])
    for (let times = 0; times < 2; times++) tell(new Error(reason))
  expect(told).toEqual([
    'warn signals.polling',
    'debug signals.polling',
    ...Array.from({ length: 4 }, () => 'warn signals.failed'),
  ])
})

test('a database without its schema cannot be opened', async () => {
  await expect(openPostgresSignals({ url: inject('postgres'), log: pinoLines().log })).rejects.toThrow(
    /schema|not installed/i,
  )
})

test('can be migrated twice, and by two at once', async () => {
  const url = await newDatabase()
  await Promise.all([migrateSignals(url), migrateSignals(url)])
  expect(await jobsOf(url)).toBe(0)
})

test(
  'a database that goes away loses signals and nothing else; they come again with it',
  { timeout: 60_000 },
  async () => {
    const server = await startPostgres()
    onTestFinished(() => server.close())
    await migrateSignals(server.url)
    const [announcing, working] = [await open(server.url), await open(server.url)]
    const { workers, untilCalled, calls } = countedWorkers()
    await working.signals.serve(workers)
    await server.stop('fast')
    announcing.signals.announce('apply')
    await announcing.until('signal.lost')
    expect(calls).toEqual([])
    await server.start()
    announcing.signals.announce('apply')
    await untilCalled('apply')
  },
)

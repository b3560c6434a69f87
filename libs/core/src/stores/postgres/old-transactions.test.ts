import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openPostgresStore } from './postgres-store.ts'
import { reportOldTransactions } from './old-transactions.ts'
import { newDatabase } from './testing/test-store.ts'

test('a transaction that keeps old rows for too long is reported', async () => {
  const url = await newDatabase()
  const told: object[] = []
  const log = { warn: (fields: object, message: string) => void told.push({ ...fields, message }) }
  const store = await openPostgresStore({ url, allowUnsafeServer: true, oldTransactionSeconds: 0.2, log })
  const holder = new Client({ connectionString: url })
  await holder.connect()
  onTestFinished(async () => {
    await holder.end()
    await store.close()
  })
  told.length = 0 // The unsafe server, which is another matter.
  const isReported = () => told.some((one) => 'message' in one && one.message === 'database.xmin.old')
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await holder.query('SELECT 1')
  for (let minute = 0; !isReported(); minute += 1) await store.applyNext(new Date(minute * 60_000))
  expect(told[0]).toMatchObject({
    oldestTransactionSeconds: expect.any(Number),
    message: 'database.xmin.old',
  })
})

const asked = (seconds: number | undefined) => {
  const told: unknown[] = []
  let looks = 0
  const one = async () => {
    looks += 1
    if (seconds === undefined) throw new Error('down')
    return { seconds }
  }
  const log = { warn: (_fields: object, message: string) => void told.push(message) }
  return {
    told,
    looks: () => looks,
    report: reportOldTransactions({ one }, { oldTransactionSeconds: 300, log }),
  }
}

test.each([
  ['younger than the limit', 299, []],
  ['as old as the limit', 300, ['database.xmin.old']],
  ['that cannot be asked about', undefined, []],
])('a transaction %s', async (_what, seconds, lines) => {
  const { told, report } = asked(seconds)
  await report(new Date(0))
  expect(told).toEqual(lines)
})

test('looks once a minute at a limit of five', async () => {
  const { looks, report } = asked(300)
  for (const second of [0, 1, 59, 60, 61, 120]) await report(new Date(second * 1000))
  expect(looks()).toBe(3)
})

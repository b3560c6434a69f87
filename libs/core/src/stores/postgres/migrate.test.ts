import { randomUUID } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { migratePostgres } from './migrate.ts'
import { migrations } from './migrations.ts'
import { ask } from './testing/test-store.ts'

const emptyDatabase = async (): Promise<string> => {
  const name = `empty_${randomUUID().replaceAll('-', '')}`
  await ask(inject('postgres'), `CREATE DATABASE ${name}`)
  return inject('postgres').replace('/postgres?', `/${name}?`)
}

const newest = migrations.length
const numbersIn = async (url: string) =>
  (await ask(url, 'SELECT number FROM cohort_relay.migration ORDER BY number')).map((row) =>
    Number(row['number']),
  )
const all = migrations.map((_, index) => index + 1)

test('does every step once, however often it is run', async () => {
  const url = await emptyDatabase()
  const steps: number[] = []
  const migrate = () => migratePostgres(url, (step) => steps.push(step))
  expect(await migrate()).toEqual({ from: 0, to: newest })
  expect(await migrate()).toEqual({ from: newest, to: newest })
  expect(steps).toEqual(all)
  expect(await numbersIn(url)).toEqual(all)
})

test('does every step once when two run at the same time', async () => {
  const url = await emptyDatabase()
  const steps: number[] = []
  const migrate = () => migratePostgres(url, (step) => steps.push(step))
  const results = await Promise.all([migrate(), migrate()])
  expect(results.map(({ to }) => to)).toEqual([newest, newest])
  expect(results.map(({ from }) => from).toSorted((one, other) => one - other)).toEqual([0, newest])
  expect(steps).toEqual(all)
})

test('goes on where it was interrupted', async () => {
  const url = await emptyDatabase()
  const interrupted = migratePostgres(url, (step) => {
    if (step === 1) throw new Error('interrupted')
  })
  await expect(interrupted).rejects.toThrow(/^PostgreSQL: /)
  expect(await numbersIn(url)).toEqual([1])
  const steps: number[] = []
  expect(await migratePostgres(url, (step) => steps.push(step))).toEqual({ from: 1, to: newest })
  expect(steps).toEqual(all.slice(1))
})

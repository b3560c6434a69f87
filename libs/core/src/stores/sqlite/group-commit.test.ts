import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import { groupCommit, type Answer, type Request } from './group-commit.ts'
import { openDatabase } from './open-database.ts'
import { createOperations, type Operations } from './operations.ts'

const directory = mkdtempSync(join(tmpdir(), 'cohort-relay-group-'))
let files = 0
afterAll(() => rmSync(directory, { recursive: true, force: true }))

type Database = ReturnType<typeof openDatabase>['database']
type Commit = (requests: readonly Request[]) => Promise<{ answers: Answer[] }>
type Make = (database: Database, operations: Operations) => Commit

const createdAt = new Date('2026-01-05T10:00:00Z')
const key = (keyId: string, accountId: string) => {
  const times = { createdAt, lastUsedAt: null, revokedAt: null }
  return { keyId, accountId, hash: new Uint8Array(32), label: 'first', ...times }
}

/** A request that stores an account; `letters` decides how many pages of the file it takes. */
const create = (id: number, letters = 3): Request => {
  const account = {
    id: `account-${id}`,
    name: 'a'.repeat(letters),
    createdAt,
    settings: defaultAccountSettings,
  }
  return { id, name: 'createAccount', parameters: [account, key(`key-${id}`, account.id)] }
}

/** However slow the machine is, one group takes all that it is given. */
const unhurried: Make = (database, operations) => groupCommit(database, operations, Infinity)

const setup = (make: Make = unhurried) => {
  const { database } = openDatabase(join(directory, `${++files}.db`))
  const operations = createOperations(database, { settleSeconds: 300, stepMilliseconds: 20 })
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0])
  return {
    database,
    operations,
    commit: make(database, operations),
    fillDisk: () => database.exec(`PRAGMA max_page_count = ${pragma('page_count') + 2}`),
    freeDisk: () => database.exec('PRAGMA max_page_count = 1000000'),
    /** From here on a key of no account is noticed by COMMIT alone. */
    deferChecks: () => database.exec('PRAGMA defer_foreign_keys = ON'),
  }
}

type World = ReturnType<typeof setup>

/** SQLite undoes the whole transaction when the file cannot grow. */
const fullDisk = async (world: World) => {
  world.fillDisk()
  const { answers } = await world.commit([create(1), create(2, 200_000), create(3)])
  return answers
}

/** Every request runs without an error, and then COMMIT itself fails. */
const failingCommit = async (world: World) => {
  const { addKey } = world.operations
  world.operations.addKey = (added) => {
    world.deferChecks()
    addKey(added)
  }
  const orphan: Request = { id: 2, name: 'addKey', parameters: [key('key-2', 'nobody')] }
  const { answers } = await world.commit([create(1), orphan, create(3)])
  return answers
}

const faults = [
  ['the disk is full', fullDisk, { errcode: 13, errstr: 'database or disk is full' }],
  ['COMMIT fails', failingCommit, { errcode: 787, errstr: 'constraint failed' }],
] as const

/** What the store promises: whoever heard of no error finds it stored. */
const brokenPromises = (world: World, answers: readonly Answer[]): number[] =>
  answers
    .filter((answer) => !('error' in answer))
    .map(({ id }) => id)
    .filter((id) => world.operations.findAccount(`account-${id}`) === undefined)

/** A group that answers each request when it has run, and so before COMMIT. */
const answersBeforeCommit: Make = (database, operations) => async (requests) => {
  const answers: Answer[] = []
  const failure = { message: 'failed', code: null, errcode: null, errstr: null }
  try {
    database.exec('BEGIN IMMEDIATE')
    for (const { id, name, parameters } of requests) {
      const operation = operations[name] as (...parameters: readonly unknown[]) => unknown
      answers.push({ id, result: operation(...parameters) })
    }
    database.exec('COMMIT')
  } catch {
    if (database.isTransaction) database.exec('ROLLBACK')
    for (const { id } of requests.slice(answers.length)) answers.push({ id, error: failure })
  }
  return { answers }
}

describe('a group of requests', () => {
  test.each(faults)('is answered with an error and not stored when %s', async (_name, fail, error) => {
    const world = setup()
    const answers = await fail(world)
    expect(answers).toMatchObject([1, 2, 3].map((id) => ({ id, error })))
    expect(brokenPromises(world, answers)).toEqual([])
    expect(world.operations.countAccounts()).toBe(0)
  })

  test.each(faults)('is stored again once the cause is gone, after %s', async (_name, fail) => {
    const world = setup()
    await fail(world)
    world.freeDisk()
    const { answers } = await world.commit([create(1), create(2, 200_000), create(3)])
    expect(answers.filter((answer) => 'error' in answer)).toEqual([])
    expect(world.operations.countAccounts()).toBe(3)
  })

  test.each(faults)('breaks its promise if it answers before COMMIT and %s', async (_name, fail) => {
    const world = setup(answersBeforeCommit)
    expect(brokenPromises(world, await fail(world))).toContain(1)
  })

  test('says what failed without quoting what was to be stored', async () => {
    const { commit } = setup()
    const { answers } = await commit([create(1), { ...create(1), id: 2 }])
    expect(answers).toMatchObject([{ id: 1 }, { id: 2, error: { message: 'SQLite: constraint failed' } }])
  })
})

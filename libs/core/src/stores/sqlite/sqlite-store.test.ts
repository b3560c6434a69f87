import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import { describeLedger } from '../../ledger/testing/describe-ledger.ts'
import { describeSmallSteps } from '../../ledger/testing/describe-small-steps.ts'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { migrations } from './migrations.ts'
import { openSqliteStore } from './sqlite-store.ts'

const threadsMade = (): Worker[] => {
  const threads: Worker[] = []
  const add = (thread: Worker) => void threads.push(thread)
  process.on('worker', add)
  onTestFinished(() => void process.off('worker', add))
  return threads
}

const directory = mkdtempSync(join(tmpdir(), 'cohort-relay-store-'))
let files = 0
const newFile = () => join(directory, `${++files}.db`)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describeLedger('the SQLite store', () => openSqliteStore({ path: newFile() }))

describeSmallSteps('the SQLite store', () => openSqliteStore({ path: newFile(), stepMilliseconds: 0 }))

describe('the SQLite store', () => {
  test('has everything after it was closed and opened again', async () => {
    const path = newFile()
    const first = await openSqliteStore({ path })
    const world = await ledgerWorld(first)
    await world.destination()
    await world.sync('members', ['ann', 'bob'])
    await world.send('members', ['cid'], { session: 'open', page: [1, 2] })
    const before = await first.listCohorts('acme')
    await first.close()
    const second = await openSqliteStore({ path })
    expect(await second.listCohorts('acme')).toEqual(before)
    await second.close()
  })

  test('voids leases when it is opened, so that a killed process is followed at once, and keeps rests', async () => {
    const path = newFile()
    const killed = await openSqliteStore({ path })
    const world = await ledgerWorld(killed)
    await world.destination('crm')
    await world.destination('push')
    await world.sync('members', ['ann'])
    const claim = { holder: 'worker', seconds: 3600, limit: 2 }
    const turns = await killed.claimFeeds(world.now(), claim)
    const until = new Date(world.now().getTime() + 60_000)
    await killed.restDestination(
      turns.find(({ destinationId }) => destinationId === 'crm')!,
      until,
    )
    await killed.close()

    const store = await openSqliteStore({ path })
    const [push, ...others] = await store.claimFeeds(world.now(), claim)
    expect({ id: push?.destinationId, others }).toEqual({ id: 'push', others: [] })
    expect(await store.nextFeedDueAt(world.now())).toEqual(until)
    expect(await store.claimFeeds(until, claim)).toMatchObject([{ destinationId: 'crm' }])
    const former = turns.find(({ destinationId }) => destinationId === 'push')!
    await expect(store.recordAudience(former, 'list-1')).rejects.toThrow(LeaseLostError)
    await store.close()
  })

  test("is one process's alone until it is closed: another would void its leases", async () => {
    const path = newFile()
    const store = await openSqliteStore({ path })
    const refused = await openSqliteStore({ path }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StoreUnavailableError)
    expect(refused).toMatchObject({
      code: 'DATABASE_IN_USE',
      message: expect.stringContaining('Stop that one'),
    })
    await store.close()
    await (await openSqliteStore({ path })).close()
  })

  test('says who holds a destination and until when, to people who look into the file', async () => {
    const path = newFile()
    const store = await openSqliteStore({ path })
    const world = await ledgerWorld(store)
    await world.destination()
    await world.sync('members', ['ann'])
    const look = () => {
      const database = new DatabaseSync(path)
      const row = database.prepare(
        "SELECT leased_by, leased_until / 1000.0 - unixepoch('subsec') AS seconds FROM destination",
      )
      const found = row.get()
      database.close()
      return found
    }
    const [turn] = await store.claimFeeds(world.now(), { holder: 'host:1', seconds: 3600, limit: 1 })
    const held = look()
    expect(held).toMatchObject({ leased_by: 'host:1' })
    expect(Math.abs(Number(held?.['seconds']) - 3600)).toBeLessThan(60)
    await store.endTurn(turn!)
    expect(look()).toMatchObject({ leased_by: null })
    await store.close()
  })

  test('takes over the destinations of the first schema, which were sent everything', async () => {
    const path = newFile()
    const old = new DatabaseSync(path)
    old.exec(`${migrations[0]}; PRAGMA user_version = 1;
      INSERT INTO account VALUES('acme', 'Acme', 0, '{}');
      INSERT INTO destination VALUES('crm', 'acme', 'webhook', 'sealed', '[]', 0);`)
    old.close()
    const store = await openSqliteStore({ path })
    expect(await store.findDestination('crm')).toMatchObject({ connector: 'webhook', properties: 'all' })
    await store.close()
  })

  test('answers what it was asked before it was closed', async () => {
    const store = await openSqliteStore({ path: newFile(), stepMilliseconds: 0 })
    const world = await ledgerWorld(store)
    const ids = Array.from({ length: 500 }, (_, index) => `${index}`)
    for (let page = 1; page <= 3; page++) await world.send('members', ids, { session: 's', page: [page, 3] })
    const steps = [1, 2, 3].map(() => store.applyNext(world.now()))
    // Closed while the thread is at work with more to do.
    await steps[0]
    await store.close()
    expect(await Promise.all(steps)).toMatchObject([{ added: 500 }, { unchanged: 500 }, { unchanged: 500 }])
  })

  test('rejects every call once it is closed', async () => {
    const store = await openSqliteStore({ path: newFile() })
    await store.close()
    await expect(store.countAccounts()).rejects.toThrow(StoreUnavailableError)
  })

  test('undoes a call that fails and keeps those committed with it', async () => {
    const store = await openSqliteStore({ path: newFile() })
    const world = await ledgerWorld(store)
    const answers = await Promise.allSettled([
      world.send('members', ['ann'], { session: 'a', page: [1, 1] }),
      world.destination('crm', 'nobody'),
      world.send('members', ['cid'], { session: 'c', page: [1, 1], cohort: 'other' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await world.apply()
    expect(await store.listCohorts('acme')).toMatchObject([{ members: 1 }, { members: 1 }])
    await store.close()
  })

  test('applies a large set in bounded steps, during which pages of others are stored', async () => {
    const store = await openSqliteStore({ path: newFile(), stepMilliseconds: 0 })
    const world = await ledgerWorld(store)
    for (let page = 1; page <= 4; page++) {
      const ids = Array.from({ length: 500 }, (_, index) => `${page}-${index}`)
      await world.send('members', ids, { session: 's', page: [page, 4] })
    }
    const step = await store.applyNext(world.now())
    expect(step).toMatchObject({ added: 500, finished: false })
    await world.sync('members', ['ann'], { cohort: 'other' })
    await world.apply()
    expect(await world.cohort()).toMatchObject({ members: 2000 })
    await world.settings({ massRemovalPercent: 100 })
    await world.sync('members', ['1-0'])
    expect(await world.members()).toEqual(['1-0'])
    await store.close()
  })

  test.each(['members', 'remove_members'])(
    'holds and carries out removals of %s in bounded steps, opened again after each',
    async (action) => {
      const path = newFile()
      const open = () => openSqliteStore({ path, stepMilliseconds: 0 })
      let store = await open()
      const world = await ledgerWorld(store)
      const ids = Array.from({ length: 2500 }, (_, index) => `m${index}`)
      await world.sync('members', ids)
      const named = action === 'members' ? ids.slice(0, 1) : ids.slice(1)
      await world.send(action, named, { session: 's', page: [1, 1] })
      const applyAll = async () => {
        let steps = 0
        for (let step = await store.applyNext(world.now()); step; step = await store.applyNext(world.now())) {
          steps++
          await store.close()
          store = await open()
        }
        return steps
      }
      await applyAll()
      const [cohort] = await store.listCohorts('acme')
      expect(cohort).toMatchObject({ members: 2500, heldRemovals: { members: 2499 } })
      const { plan } = cohort!.heldRemovals!
      const key = { projectId: '1', cohortId: 'trial' }
      expect(await store.approveRemovals('acme', key, { plan, at: world.now(), by: 'Ann' })).toBe('approved')
      expect(await applyAll()).toBe(3)
      expect(await store.listCohorts('acme')).toMatchObject([{ members: 1, heldRemovals: null }])
      await store.close()
      const database = new DatabaseSync(path)
      const audit = database
        .prepare('SELECT cohort_id, session_id, plan, members FROM removal_approval')
        .all()
      expect(audit).toEqual([{ cohort_id: 'trial', session_id: 's', plan, members: 2499 }])
      database.close()
    },
  )

  test('refuses a database of a newer schema', async () => {
    const path = newFile()
    const newer = new DatabaseSync(path)
    newer.exec(`PRAGMA user_version = ${migrations.length + 1}`)
    newer.close()
    await expect(openSqliteStore({ path })).rejects.toThrow('Update the program')
  })

  test.each([
    ['is a folder', directory, { errcode: 14, errstr: 'unable to open database file' }],
    [
      'is below a file',
      join(directory, 'file', 'x.db'),
      { code: expect.stringMatching(/^(EEXIST|ENOTDIR)$/) },
    ],
  ])('says why it cannot open a path that %s, and leaves no thread behind', async (_name, path, reason) => {
    writeFileSync(join(directory, 'file'), '')
    const threads = threadsMade()
    const failure = await openSqliteStore({ path }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreUnavailableError)
    expect(failure).toMatchObject(reason)
    // A thread that has ended has no number any more.
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1])
  })

  test('has a running thread while it is open, and none once it is closed', async () => {
    const threads = threadsMade()
    const store = await openSqliteStore({ path: newFile() })
    expect(threads.map(({ threadId }) => threadId > 0)).toEqual([true])
    await store.close()
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1])
  })

  test('keeps what SQLite said of a failure, without the values', async () => {
    const store = await openSqliteStore({ path: newFile() })
    const world = await ledgerWorld(store)
    const failure = await world.destination('crm', 'nobody').catch((error: unknown) => error)
    const said = { code: 'ERR_SQLITE_ERROR', errcode: 787, errstr: 'constraint failed' }
    expect(failure).toBeInstanceOf(StoreUnavailableError)
    expect(failure).toMatchObject({ ...said, message: 'SQLite: constraint failed' })
    await store.close()
  })

  test('syncs every commit to disk and frees what it deletes', async () => {
    const path = newFile()
    const store = await openSqliteStore({ path })
    const database = new DatabaseSync(path)
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    database.close()
    await store.close()
  })
})

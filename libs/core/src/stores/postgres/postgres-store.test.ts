import { describe, expect, onTestFinished, test } from 'vitest'
import type { AppliedStep } from '../../intake/page-store.ts'
import { describeLedger } from '../../ledger/testing/describe-ledger.ts'
import { describeSmallSteps } from '../../ledger/testing/describe-small-steps.ts'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { PostgresStoreOptions } from './postgres-store.ts'
import { ask, newDatabase, openTestStore, withClient } from './testing/test-store.ts'

describeLedger('the PostgreSQL store', async () => openTestStore(await newDatabase()))
describeSmallSteps('the PostgreSQL store', async () =>
  openTestStore(await newDatabase(), { stepMilliseconds: 0 }),
)

const setup = async (options: Partial<PostgresStoreOptions> = {}) => {
  const url = await newDatabase()
  const open = async () => {
    const store = await openTestStore(url, options)
    onTestFinished(() => store.close())
    return store
  }
  const store = await open()
  return { url, open, store, world: await ledgerWorld(store) }
}

const idsFrom = (count: number, prefix = 'm'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

/** Holds the cohort `trial` as a page or a reply does that is being written. The work is told when somebody waits for it. */
const whileLocked = <Result>(
  url: string,
  work: (untilWaiting: () => Promise<void>) => Promise<Result>,
): Promise<Result> =>
  withClient(url, async (client) => {
    await client.query("BEGIN; UPDATE cohort_relay.cohort SET last_reply = '{}' WHERE cohort_id = 'trial'")
    const result = await work(async () => {
      while ((await client.query(waitingSql)).rowCount === 0);
    })
    await client.query('COMMIT')
    return result
  })

const waitingSql = 'SELECT FROM pg_locks WHERE NOT granted'

describe('the PostgreSQL store', () => {
  test('has everything after it was closed and opened again', async () => {
    const { store, world, open } = await setup()
    await world.destination()
    await world.sync('members', ['ann', 'bob'])
    await world.send('members', ['cid'], { session: 'open', page: [1, 2] })
    const before = await store.listCohorts('acme')
    await store.close()
    expect(await (await open()).listCohorts('acme')).toEqual(before)
  })

  test('answers what it was asked before it was closed, and rejects every call after', async () => {
    const { url, store, world } = await setup()
    await world.send('members', ['ann'], { session: 's', page: [1, 1] })
    const { step, closed } = await whileLocked(url, async (untilWaiting) => {
      const begun = { step: store.applyNext(world.now()) }
      await untilWaiting()
      return { ...begun, closed: store.close() }
    })
    expect(await step).toMatchObject({ added: 1 })
    await closed
    await expect(store.countAccounts()).rejects.toThrow('The store is closed')
    await expect(store.applyNext(world.now())).rejects.toThrow(StoreUnavailableError)
  })

  test('undoes a call that fails and keeps those made beside it', async () => {
    const { store, world } = await setup()
    const answers = await Promise.allSettled([
      world.send('members', ['ann'], { session: 'a', page: [1, 1] }),
      world.destination('crm', 'nobody'),
      world.send('members', ['cid'], { session: 'c', page: [1, 1], cohort: 'other' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await world.apply()
    expect(await store.listCohorts('acme')).toMatchObject([{ members: 1 }, { members: 1 }])
  })

  test('keeps what PostgreSQL said of a failure, without the values', async () => {
    const { world, url } = await setup()
    const failure: unknown = await world.destination('canary', 'canary').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreUnavailableError)
    expect(failure).toMatchObject({ code: '23503', message: 'PostgreSQL: a row that belongs to nothing' })
    expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain('canary')
    // What the server itself says would quote it.
    const raw = ask(url, "INSERT INTO cohort_relay.account_key VALUES('k', 'canary', '', '', now())")
    await expect(raw).rejects.toMatchObject({ detail: expect.stringContaining('canary') })
  })

  test('applies a large set in bounded steps, during which pages of others are stored', async () => {
    const { store, world } = await setup({ stepMilliseconds: 0 })
    for (let page = 1; page <= 4; page++)
      await world.send('members', idsFrom(500, `${page}-`), { session: 's', page: [page, 4] })
    expect(await store.applyNext(world.now())).toMatchObject({ added: 500, finished: false })
    await world.sync('members', ['ann'], { cohort: 'other' })
    await world.apply()
    expect(await world.cohort()).toMatchObject({ members: 2000 })
    await world.settings({ massRemovalPercent: 100 })
    await world.sync('members', ['1-0'])
    expect(await world.members()).toEqual(['1-0'])
  })

  test(
    'a page of 100,000 members is applied in parts, and another process goes on in the middle',
    { timeout: 60_000 },
    async () => {
      const { url, store, open, world } = await setup({ stepMilliseconds: 0 })
      const other = await open()
      const [count, turns] = [100_000, [store, other]]
      await world.send('members', idsFrom(count), { session: 's', page: [1, 1] })
      const steps: AppliedStep[] = []
      const applied: unknown[] = []
      for (;;) {
        const step = await turns[steps.length % 2]!.applyNext(world.now())
        if (step === undefined) break
        steps.push(step)
        applied.push(...(await ask(url, 'SELECT applied::integer, pending FROM cohort_relay.page')))
      }
      expect(applied.slice(0, 3)).toEqual(
        [1000, 2000, 3000].map((members) => ({ applied: members, pending: true })),
      )
      expect(steps.length).toBeGreaterThanOrEqual(100)
      expect(steps.reduce((sum, { added }) => sum + added, 0)).toBe(count)
      expect(steps.filter(({ finished }) => finished)).toHaveLength(1)
      expect(await world.cohort()).toMatchObject({ members: count, sequence: count })
    },
  )

  test.each(['members', 'remove_members'])(
    'holds and carries out removals of %s in bounded steps, opened again after each',
    async (action) => {
      const { url, open, world, ...first } = await setup({ stepMilliseconds: 0 })
      let { store } = first
      const ids = idsFrom(2500)
      await world.sync('members', ids)
      await world.send(action, action === 'members' ? ids.slice(0, 1) : ids.slice(1), {
        session: 's',
        page: [1, 1],
      })
      const applyAll = async (): Promise<number> => {
        for (let steps = 0; ; steps++) {
          if ((await store.applyNext(world.now())) === undefined) return steps
          await store.close()
          store = await open()
        }
      }
      await applyAll()
      const [cohort] = await store.listCohorts('acme')
      expect(cohort).toMatchObject({ members: 2500, heldRemovals: { members: 2499 } })
      const { plan } = cohort!.heldRemovals!
      const key = { projectId: '1', cohortId: 'trial' }
      expect(await store.approveRemovals('acme', key, { plan, at: world.now(), by: 'Ann' })).toBe('approved')
      expect(await applyAll()).toBeGreaterThan(1)
      expect(await store.listCohorts('acme')).toMatchObject([{ members: 1, heldRemovals: null }])
      expect(
        await ask(
          url,
          'SELECT cohort_id, session_id, plan, members::integer FROM cohort_relay.removal_approval',
        ),
      ).toEqual([{ cohort_id: 'trial', session_id: 's', plan, members: 2499 }])
    },
  )

  test('waits for the last cohort that another one is writing to, and passes it over while there are others', async () => {
    const { url, store, world } = await setup()
    await world.send('members', ['ann'], { session: 'a', page: [1, 1] })
    await world.send('members', ['bob'], { session: 'b', page: [1, 1], cohort: 'other' })
    const { step } = await whileLocked(url, async (untilWaiting) => {
      expect(await store.applyNext(world.now())).toMatchObject({ cohortId: 'other' })
      const next = store.applyNext(world.now())
      await untilWaiting()
      return { step: next }
    })
    expect(await step).toMatchObject({ cohortId: 'trial', added: 1 })
  })
})

import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { AppliedStep } from '../../intake/page-store.ts'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import type { Store } from '../store.ts'
import { newDatabase, openTestStore } from './testing/test-store.ts'

/** Two processes on one database, as far as the database can tell. Pages come in at both, in turn. */
const setup = async () => {
  const url = await newDatabase()
  const open = async (): Promise<Store> => {
    const store = await openTestStore(url, { stepMilliseconds: 0 })
    onTestFinished(() => store.close())
    return store
  }
  const [one, other] = [await open(), await open()]
  let pages = 0
  const storePage: Store['storePage'] = (arrival) => (pages++ % 2 === 0 ? one : other).storePage(arrival)
  const world = await ledgerWorld({ ...one, storePage })
  await world.settings({ massRemovalPercent: 100 })
  const applyAll = async (store: Store): Promise<AppliedStep[]> => {
    const steps: AppliedStep[] = []
    for (;;) {
      const step = await store.applyNext(world.now())
      if (step === undefined) return steps
      steps.push(step)
    }
  }
  /** Both apply until nothing is left. */
  const applyAtOnce = async () => (await Promise.all([applyAll(one), applyAll(other)])).flat()
  return { one, other, world, applyAtOnce }
}

const idsFrom = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

test('pages of one session that come in at two stores, each twice, are stored once and whole once', async () => {
  const { world, applyAtOnce } = await setup()
  const numbers = idsFrom(8, '').map((number) => Number(number) + 1)
  const twice = [...numbers, ...numbers.toReversed()]
  const receipts = await Promise.all(
    twice.map((number) => world.send('members', [`m${number}`], { session: 's', page: [number, 8] })),
  )
  const decisions = receipts.map(({ decision }) => decision).toSorted()
  expect(decisions).toEqual([...Array(8).fill('repeat'), ...Array(7).fill('stored'), 'whole'])
  await applyAtOnce()
  expect(await world.cohort()).toMatchObject({ members: 8, sequence: 8, openSession: false })
})

const exportsOf = fc.array(
  fc.record({
    cohort: fc.constantFrom('a', 'b'),
    members: fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 6 },
)

test(
  'two stores that apply at once apply everything once, and leave no number out',
  { timeout: 120_000 },
  async () => {
    const { world, applyAtOnce } = await setup()
    let runs = 0
    const play = async (exports: typeof exportsOf extends fc.Arbitrary<infer Value> ? Value : never) => {
      const run = ++runs
      const last = new Map<string, number[]>()
      for (const [index, { cohort, members }] of exports.entries()) {
        last.set(cohort, members)
        const session = `${run}-${index}`
        await world.send(
          'members',
          members.map((id) => `m${id}`),
          { cohort: `${cohort}${run}`, session, page: [1, 1] },
        )
      }
      const steps = await applyAtOnce()
      expect(
        steps
          .filter(({ finished }) => finished)
          .map(({ sessionId }) => String(sessionId))
          .toSorted(),
      ).toEqual(exports.map((_, index) => `${run}-${index}`))
      for (const [cohort, members] of last) {
        const name = `${cohort}${run}`
        const changes = steps
          .filter(({ cohortId }) => cohortId === name)
          .reduce((sum, { added, removed, updated }) => sum + added + removed + updated, 0)
        expect((await world.members({ cohort: name }))?.toSorted()).toEqual(
          members.map((id) => `m${id}`).toSorted(),
        )
        expect(await world.cohort({ cohort: name })).toMatchObject({ sequence: changes })
      }
    }
    await fc.assert(fc.asyncProperty(exportsOf, play), { numRuns: 12 })
  },
)

/** Reads what a destination is owed while two stores write, and keeps what it was told. */
const readWhileWriting = async (cursorOf: (store: Store, read: number) => Promise<number>) => {
  const { one, world, applyAtOnce } = await setup()
  await world.destination()
  const told = new Set<string>()
  const readOnce = async (): Promise<boolean> => {
    const [turn] = await one.claimFeeds(world.now(), { holder: 'reader', seconds: 60, limit: 1 })
    const batch = turn && (await one.readBatch(turn, world.now(), 40))
    if (batch === undefined) return false
    for (const { id } of batch.changes) told.add(id)
    const settled = batch.changes.map(({ memberRow }) => memberRow)
    const cursor = await cursorOf(one, batch.cursor)
    await one.recordOutcomes(batch, {
      at: world.now(),
      cursor,
      delivered: settled.length,
      settled,
      failures: [],
    })
    await one.endTurn(batch)
    return batch.changes.length > 0
  }
  const progress = { isWritten: false }
  const write = async (): Promise<void> => {
    for (let page = 0; page < 30; page++) {
      const parts = { session: undefined, page: undefined }
      await world.send('add_members', idsFrom(50, `${page}-`), parts)
      await applyAtOnce()
    }
    progress.isWritten = true
  }
  const read = async (): Promise<void> => {
    for (let isOwed = true; isOwed || !progress.isWritten;) isOwed = await readOnce()
  }
  await Promise.all([write(), read()])
  return { told: told.size, members: (await world.cohort())!.members }
}

test('a reader beside two writers is told every change', { timeout: 60_000 }, async () => {
  expect(await readWhileWriting(async (_store, cursor) => cursor)).toEqual({ told: 1500, members: 1500 })
})

test(
  'a reader that takes its cursor from a later look skips some (negative control)',
  { timeout: 60_000 },
  async () => {
    const newest = async (store: Store) => (await store.listCohorts('acme'))[0]?.sequence ?? 0
    const { told, members } = await readWhileWriting(newest)
    expect(members).toBe(1500)
    expect(told).toBeLessThan(1500)
  },
)
